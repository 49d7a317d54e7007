namespace Hyperdiff.Tests.Primitives;

public sealed class ActivationsTests
{
    private static readonly Tensor s_far = Tensor.From([-1000.0, 0, 1000]);

    [Fact]
    public void Activations_FarFromZero_AreTheirLimits()
    {
        Assert.Equal([-10, 0, 1000], s_far.LeakyRelu().ToArray<double>());
        Assert.Equal([-1, 0, 1000], s_far.Elu().ToArray<double>());
        Assert.Equal([0, 0, 1000], s_far.Silu().ToArray<double>());
        Assert.Equal([0, 0, 1000], s_far.Gelu().ToArray<double>());
        Assert.Equal([0, 0, 1000], s_far.GeluTanh().ToArray<double>());
    }

    [Fact]
    public void Slopes_FarFromZeroAndAtZero_AreTheDocumentedOnes()
    {
        Assert.Equal([0.01, 0.01, 1], Differentiate.Gradient(x => x.LeakyRelu().Sum(), s_far).ToArray<double>());
        Assert.Equal([0, 2, 1], Differentiate.Gradient(x => x.Elu(2).Sum(), s_far).ToArray<double>());
        Assert.Equal([0, 0.5, 1], Differentiate.Gradient(x => x.Silu().Sum(), s_far).ToArray<double>());
        Assert.Equal([0, 0.5, 1], Differentiate.Gradient(x => x.Gelu().Sum(), s_far).ToArray<double>());
        Assert.Equal([0, 0.5, 1], Differentiate.Gradient(x => x.GeluTanh().Sum(), s_far).ToArray<double>());
    }

    [Fact]
    public void Gelu_KeepsTheDigitsOfItsTail_AndTheApproximationIsNear()
    {
        // x Φ(x) at −10, of mpmath 1.3 with 30 digits. The argument x/√2 of the tail has two roundings of half a unit, and the tail multiplies relative errors
        // of its argument by x² = 100.
        const double Tail = -7.619853024160526e-23;
        const double Units = 128 * 2.22e-16;
        Assert.InRange(Tensor.Scalar(-10).Gelu().ToScalar() / Tail, 1 - Units, 1 + Units);

        var x = Tensor.From(Enumerable.Range(-50, 101).Select(i => i * 0.1).ToArray());
        Assert.InRange((x.Gelu() - x.GeluTanh()).Abs().Max().ToScalar(), 1e-5, 5e-4);
    }

    [Fact]
    public void Remainders_HaveTheSignOfTheDivisor()
    {
        Assert.Equal([1, 2, -2, -1], Tensor.From([7.0, -7, 7, -7]).Mod(Tensor.From([3.0, 3, -3, -3])).ToArray<double>());
        Assert.Equal(0.1 - 0.0, Tensor.Scalar(0.1).Mod(1).ToScalar());
        Assert.Equal(-2, Differentiate.Gradient(y => Tensor.Scalar(7).Mod(y), Tensor.Scalar(3)).ToScalar());
    }

    [Fact]
    public void Rounding_OfHalves_GoesToTheEvenNeighbor()
    {
        var x = Tensor.From([-1.5, -0.5, 0.5, 1.5, 2.5]);

        Assert.Equal([-2.0, 0, 0, 2, 2], x.Round().ToArray<double>());
        Assert.Equal([-2.0, -1, 0, 1, 2], x.Floor().ToArray<double>());
        Assert.Equal([-1.0, 0, 1, 2, 3], x.Ceiling().ToArray<double>());
        Assert.Equal([-1.0, 0, 0, 1, 2], x.Truncate().ToArray<double>());
    }

    [Fact]
    public void Atan2_AtTheOrigin_HasSlopeZero()
    {
        Assert.Equal(0, Differentiate.Gradient(y => y.Atan2(Tensor.Scalar(0)), Tensor.Scalar(0)).ToScalar());
        Assert.Equal(Math.PI * 3 / 4, Tensor.Scalar(1).Atan2(Tensor.Scalar(-1)).ToScalar());
    }
}
