namespace Hyperdiff.Tests.Primitives;

public sealed class CumulativeTests
{
    private static readonly Tensor s_x = Tensor.From(new double[,] { { 2, 0, 3 }, { 4, 5, -1 } });

    [Fact]
    public void CumSumAndCumProd_RunAlongTheAxis()
    {
        Assert.Equal([2.0, 2, 5, 4, 9, 8], s_x.CumSum(1).ToArray<double>());
        Assert.Equal([2.0, 0, 3, 6, 5, 2], s_x.CumSum(0).ToArray<double>());
        Assert.Equal([2.0, 0, 0, 4, 20, -20], s_x.CumProd(-1).ToArray<double>());
        Assert.Equal([3.0, 2, 1], Differentiate.Gradient(x => x.CumSum(0).Sum(), Tensor.Ones([3])).ToArray<double>());
        Assert.Equal([double.PositiveInfinity, double.PositiveInfinity], Tensor.From([double.PositiveInfinity, 2]).CumProd(0).ToArray<double>());
        Assert.Equal(new Shape(0), Tensor.Zeros([0]).CumProd(0).Shape);
    }

    [Fact]
    public void Prod_OverAxes()
    {
        Assert.Equal(0, s_x.Prod().ToScalar());
        Assert.Equal([0.0, -20], s_x.Prod(1).ToArray<double>());
        Assert.Equal(new Shape(1, 3), s_x.Prod(0, keepAxis: true).Shape);
        Assert.Equal([8.0, 0, -3], s_x.Prod([0]).ToArray<double>());
        Assert.Equal(Shape.Scalar, s_x.Prod([0, 1]).Shape);
        Assert.Equal(1, Tensor.Zeros([0, 2]).Prod().ToScalar());
        Assert.Equal(new Shape(1), Tensor.Ones([1, 3]).Prod(1).Shape);
        Assert.Equal(2, Tensor.Scalar(2).Prod().ToScalar());
    }

    [Fact]
    public void Prod_WithZeros_HasExactDerivatives()
    {
        var one = Tensor.From([2.0, 0, 3]);
        var two = Tensor.From([0.0, 0, 3]);

        Assert.Equal([0.0, 6, 0], Differentiate.Gradient(x => x.Prod(), one).ToArray<double>());
        Assert.Equal([0.0, 0, 0], Differentiate.Gradient(x => x.Prod(), two).ToArray<double>());
        Assert.Equal([[0, 3, 0], [3, 0, 0], [0, 0, 0]], Differentiate.Hessian(x => x.Prod(), two));
    }

    [Fact]
    public void SortAndTopK_CarryTheDerivativeToTheElements()
    {
        var x = Tensor.From([3.0, double.NaN, 1, 2]);

        Assert.Equal([1.0, 2, 3, double.NaN], x.Sort().ToArray<double>());
        Assert.Equal([3.0, 2, 1, double.NaN], x.Sort(descending: true).ToArray<double>());
        Assert.Equal([2, 3, 0, 1], x.ArgSort().ToArray<int>());
        Assert.Equal([0, 1, 2], Tensor.From([5.0, 5, 5]).ArgSort(descending: true).ToArray<int>());
        (Tensor values, Tensor indices) = s_x.TopK(2);
        Assert.Equal([3.0, 2, 5, 4], values.ToArray<double>());
        Assert.Equal([2, 0, 1, 0], indices.ToArray<int>());
        Assert.Equal([4.0, 5, 3], s_x.TopK(1, axis: 0).Values.ToArray<double>());
        Assert.Equal([1.0, 0, 1, 1, 1, 0], Differentiate.Gradient(t => t.TopK(2).Values.Sum(), s_x).ToArray<double>());
        Assert.Equal([1.0, 3, 2], Differentiate.Gradient(t => t.Sort().Dot(Tensor.From([1.0, 2, 3])), Tensor.From([1.0, 5, 2])).ToArray<double>());
        Assert.Contains("has 3 elements", Assert.Throws<ArgumentOutOfRangeException>(() => s_x.TopK(4)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ExtremaOfNaN_AreTheFirstNaN()
    {
        var x = Tensor.From([1, double.NaN, 5, double.NaN]);

        Assert.True(double.IsNaN(x.Max().ToScalar()));
        Assert.True(double.IsNaN(x.Min().ToScalar()));
        Assert.Equal(1, x.ArgMax().ToScalar());
        Assert.Equal(1, x.ArgMin().ToScalar());
    }

    [Fact]
    public void LpNorms_OfAKnownVector()
    {
        var x = Tensor.From([3.0, -4, 0]);

        Assert.Equal(7, x.LpNorm(1).ToScalar());
        Assert.Equal(5, x.LpNorm(2).ToScalar());
        Assert.Equal(4, x.LpNorm(double.PositiveInfinity).ToScalar());
        Assert.Equal(Math.Cbrt(91), x.LpNorm(3).ToScalar(), 1e-15);
        Assert.All([1, 2, 3.5, double.PositiveInfinity],
            p => Assert.Equal([0.0, 0], Differentiate.Gradient(t => t.LpNorm(p), Tensor.Zeros([2])).ToArray<double>()));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.LpNorm(0.5));
    }

    [Fact]
    public void AllAndAny_OfMasks()
    {
        var mask = Tensor.From(new bool[,] { { true, false }, { true, true } });

        Assert.Equal([false, true], mask.All(1).ToArray<bool>());
        Assert.Equal([true, true], mask.Any(0).ToArray<bool>());
        Assert.Equal(0, mask.All().ToScalar());
        Assert.Equal(1, mask.Any().ToScalar());
        Assert.Equal(1, mask[..0].All().ToScalar());
        Assert.Equal(0, mask[..0].Any().ToScalar());
        Assert.Throws<DTypeMismatchException>(() => s_x.Any());
    }
}
