namespace Hyperdiff.Tests.Primitives;

/// <summary>Places where derivatives of other systems are known to be wrong.</summary>
public sealed class DerivativeTrapsTests
{
    private static readonly Tensor s_one = Tensor.Scalar(1);

    public static TheoryData<bool, bool> Modes => new() { { true, true }, { true, false }, { false, true }, { false, false } };

    [Theory]
    [MemberData(nameof(Modes))]
    public void PerturbationConfusion_OfASum_DoesNotHappen(bool outer, bool inner) =>
        Assert.Equal(1.0, Differentiate.Slope(outer, x => x * Differentiate.Slope(inner, y => x + y, s_one), s_one).ToScalar());

    [Theory]
    [MemberData(nameof(Modes))]
    public void PerturbationConfusion_OfAProduct_DoesNotHappen(bool outer, bool inner) =>
        Assert.Equal(2.0, Differentiate.Slope(outer, x => x * Differentiate.Slope(inner, y => x * y, Tensor.Scalar(2)), s_one).ToScalar());

    [Theory]
    [MemberData(nameof(Modes))]
    public void InnerDerivative_IgnoringItsArgument_IsZero(bool outer, bool inner)
    {
        // D(x ↦ x · D(y ↦ x)(1))(1) = 0, although the inner function returns the outer variable
        Assert.Equal(0.0, Differentiate.Slope(outer, x => x * Differentiate.Slope(inner, _ => x, s_one), s_one).ToScalar());
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void SecondDerivative_OfAFunctionOfTheOuterVariableAlone_ReachesTheOuterVariable(bool outer, bool inner)
    {
        // D(x ↦ x² + D(y ↦ x³ y)(1)) = 2x + 3x²
        Assert.Equal(16.0, Differentiate.Slope(outer, x => x.Square() + Differentiate.Slope(inner, y => x.Pow(3) * y, s_one), Tensor.Scalar(2)).ToScalar());
    }

    [Fact]
    public void Hessian_OfALinearFunction_IsZero()
    {
        double[][] hessian = Differentiate.Hessian(x => (3 * x).Sum(), Tensor.From([1.0, 2.0]));

        Assert.Equal([[0, 0], [0, 0]], hessian);
    }

    [Fact]
    public void Gradient_OfAConstantFunction_IsZero() => Assert.Equal([0, 0], Differentiate.Gradient(_ => s_one, Tensor.From([1.0, 2.0])).ToArray<double>());

    [Fact]
    public void Softmax_OfRowsOfDifferentSize_ShiftsEachRowByItself()
    {
        var x = Tensor.From(new double[,] { { 0, 0 }, { 1000, 1000 } });

        Assert.Equal([0.5, 0.5, 0.5, 0.5], x.Softmax().ToArray<double>());
        Assert.Equal([-Math.Log(2), -Math.Log(2), -Math.Log(2), -Math.Log(2)], x.LogSoftmax().ToArray<double>());
        Assert.Equal([Math.Log(2), 1000 + Math.Log(2)], x.LogSumExp().ToArray<double>());
        Assert.Equal([0.25, -0.25, 0.25, -0.25], Differentiate.Gradient(t => t.Softmax()[.., 0].Sum(), x).ToArray<double>());
    }

    [Fact]
    public void LogSumExp_OfInfinities_IsTheirLimit()
    {
        var x = Tensor.From(new double[,] { { double.NegativeInfinity, double.NegativeInfinity }, { 0, double.PositiveInfinity },
            { double.NegativeInfinity, 3 } });

        Assert.Equal([double.NegativeInfinity, double.PositiveInfinity, 3], x.LogSumExp().ToArray<double>());
    }

    [Fact]
    public void Softmax_HasTheSecondDerivativeOfTheFormulaWithoutShift()
    {
        var x = Tensor.From([0.3, -0.2, 0.9]);
        static Tensor Plain(Tensor t) => (t.Exp() / t.Exp().Sum())[1];

        double[][] shifted = Differentiate.Hessian(t => t.Softmax()[1], x);
        double[][] plain = Differentiate.Hessian(Plain, x);

        // both add fewer than 32 terms of size below 1
        Assert.All(shifted.Zip(plain),
            rows => Assert.All(rows.First.Zip(rows.Second), pair => Assert.InRange(pair.First - pair.Second, -32 * 2.3e-16, 32 * 2.3e-16)));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(-1000)]
    [InlineData(0)]
    public void LogSigmoid_AndItsSlope_AreFinite(double at)
    {
        var x = Tensor.Scalar(at);

        Assert.Equal(at < 0 ? at : at > 0 ? 0 : -Math.Log(2), x.LogSigmoid().ToScalar());
        Assert.Equal(at < 0 ? 1 : at > 0 ? 0 : 0.5, Differentiate.Gradient(t => t.LogSigmoid(), x).ToScalar());
        Assert.Equal(at > 0 ? at : at < 0 ? 0 : Math.Log(2), x.Softplus().ToScalar());
        Assert.Equal(at > 0 ? 1 : at < 0 ? 0 : 0.5, x.Sigmoid().ToScalar());
    }

    [Fact]
    public void Norm_AtZero_HasGradientZero()
    {
        Assert.Equal([0, 0], Differentiate.Gradient(x => x.Norm(), Tensor.From([0.0, 0.0])).ToArray<double>());
        Assert.Equal([-0.75, 1], Differentiate.Gradient(x => 1.25 * x.Norm(), Tensor.From([-6.0, 8.0])).ToArray<double>());
        Assert.Equal([0, 0], Differentiate.Tangent(x => x.Norm(1), Tensor.Zeros([2, 2]), Tensor.Ones([2, 2])).ToArray<double>());
        Assert.Equal([[0, 0], [0, 0]], Differentiate.Hessian(x => x.Norm(), Tensor.From([0.0, 0.0])));
        Assert.Equal([0, 0], Differentiate.Gradient(x => x.Std(), Tensor.From([2.0, 2.0])).ToArray<double>());
    }

    public static TheoryData<string, Func<Tensor, Tensor>> RootsOfSums => new()
    {
        { "norm", x => x.Norm() },
        { "norm of power 3", x => x.LpNorm(3) },
        { "standard deviation", x => x.Std() },
        { "norm in a chain", x => (0.5 * (x - x.Flip()).Norm()).Tanh() },
    };

    [Theory]
    [MemberData(nameof(RootsOfSums))]
    public void RootsOfSums_AtZero_HaveSecondDerivativeZeroInAllMixesOfModes(string name, Func<Tensor, Tensor> f)
    {
        (Tensor at, Tensor v, Tensor w) = (Tensor.From([0.0, 0.0, 0.0]), Tensor.From([0.7, -0.4, 0.9]), Tensor.From([-0.3, 0.8, 0.6]));
        double[] mixes =
        [
            Differentiate.Tangent(x => Differentiate.Gradient(f, x).Dot(w), at, v).ToScalar(),
            Differentiate.Gradient(x => Differentiate.Gradient(f, x).Dot(w), at).Dot(v).ToScalar(),
            Differentiate.Gradient(x => Differentiate.Tangent(f, x, w), at).Dot(v).ToScalar(),
            Differentiate.Tangent(x => Differentiate.Tangent(f, x, v), at, w).ToScalar(),
        ];

        Assert.True(mixes.All(mix => mix == 0), $"{name}: {string.Join(", ", mixes)}");
    }

    [Theory]
    [InlineData(3, -2, -8, 12)]
    [InlineData(3, 0, 0, 0)]
    [InlineData(2, 0, 0, 0)]
    [InlineData(1, 0, 0, 1)]
    [InlineData(0, 0, 1, 0)]
    [InlineData(0, -3, 1, 0)]
    [InlineData(-1, -2, -0.5, -0.25)]
    [InlineData(4, -3, 81, -108)]
    public void Pow_OfAWholePower_IsExact(double exponent, double at, double value, double slope)
    {
        var x = Tensor.Scalar(at);

        Assert.Equal(value, x.Pow(exponent).ToScalar());
        Assert.Equal(slope, Differentiate.Gradient(t => t.Pow(exponent), x).ToScalar());
        Assert.Equal(slope, Differentiate.Gradient(t => t.Pow(Tensor.Scalar(exponent)), x).ToScalar());
    }

    [Fact]
    public void Pow_OfZero_HasSlopeZeroInANonNegativeExponent()
    {
        static double Slope(double x, double y) => Differentiate.Gradient(t => Tensor.Scalar(x).Pow(t), Tensor.Scalar(y)).ToScalar();

        Assert.Equal(0, Slope(0, 2));
        Assert.Equal(0, Slope(0, 0));
        Assert.Equal(4 * Math.Log(2), Slope(2, 2));
        Assert.True(double.IsNaN(Slope(-2, 2)), "x^y is not a number for y near 2");
    }

    [Fact]
    public void Pow_AtExponentZero_KeepsTheMixedDerivative()
    {
        // ∂²/∂x∂y xʸ at y = 0 is 1/x
        double mixed = Differentiate.Gradient(y => Differentiate.Gradient(x => x.Pow(y), Tensor.Scalar(4)), Tensor.Scalar(0)).ToScalar();

        Assert.Equal(0.25, mixed);
    }

    [Fact]
    public void Ties_ShareTheDerivativeEqually()
    {
        var x = Tensor.From([2.0, 5.0, 5.0]);

        Assert.Equal([0, 0.5, 0.5], Differentiate.Gradient(t => t.Max(), x).ToArray<double>());
        Assert.Equal([0.5], Differentiate.Tangent(t => t.Max(0, keepAxis: true), x, Tensor.From([7.0, 1.0, 0.0])).ToArray<double>());
        Assert.Equal([1, 0, 0], Differentiate.Gradient(t => t.Min(), x).ToArray<double>());
        Assert.Equal(0.5, Differentiate.Gradient(t => t.Maximum(5), Tensor.Scalar(5)).ToScalar());
        Assert.Equal(1.0, Differentiate.Gradient(t => t.Maximum(t), Tensor.Scalar(5)).ToScalar());
        Assert.Equal(1, x.ArgMax().ToScalar());
    }

    [Fact]
    public void Kinks_HaveTheDocumentedSubgradient()
    {
        var zero = Tensor.Scalar(0);

        Assert.Equal(0, Differentiate.Gradient(x => x.Abs(), zero).ToScalar());
        Assert.Equal(0, Differentiate.Gradient(x => x.Relu(), zero).ToScalar());
        Assert.Equal(0, Differentiate.Gradient(x => x.Sign(), zero).ToScalar());
        Assert.Equal([0, 1, 1, 1, 0], Differentiate.Gradient(x => x.Clamp(-1, 1).Sum(), Tensor.From([-2.0, -1, 0, 1, 2])).ToArray<double>());
    }

    [Fact]
    public void Where_WithAReductionBeforeAnInfiniteSlope_HasNoNaN()
    {
        Tensor zeros = Tensor.Zeros([2, 3]);
        Tensor mixed = Tensor.From(new[,] { { 4.0, 0, 1 }, { 4, 16, 1 } });

        // the whole is not taken; rows are taken or not; and a mean, a reshape and a transpose in between
        Assert.Equal(new double[6], Diff.Grad(x => Tensor.Where(x.Sum() > 0, x.Sqrt().Sum(), 0), zeros).ToArray<double>());
        Assert.Equal([0, 0, 0, 0.25, 0.125, 0.5], Diff.Grad(x => Tensor.Where(x.Min(1) > 0, x.Sqrt().Sum(1), 0).Sum(), mixed).ToArray<double>());
        Assert.Equal(new double[6], Diff.Grad(x => Tensor.Where(x.Sum() > 0, x.Sqrt().Mean(), 0), zeros).ToArray<double>());
        Assert.Equal([0, 0, 0, 0.25, 0.125, 0.5], Diff.Grad(x => Tensor.Where(x.Min(1) > 0, x.Transpose().Sqrt().Sum(0), 0).Sum(), mixed).ToArray<double>());
        Assert.Equal([0.25, 0, 0.5, 0.25, 0.125, 0.5], Diff.Grad(x => Tensor.Where(x.Reshape(-1) > 0, x.Sqrt().Reshape(-1), 0).Sum(), mixed).ToArray<double>());

        // and with further functions between the infinite slope and the reduction, and between reductions
        Assert.Equal(new double[6], Diff.Grad(x => Tensor.Where(x.Sum() > 0, x.Sqrt().Exp().Sum(), 0), zeros).ToArray<double>());
        Assert.Equal(new double[6], Diff.Grad(x => Tensor.Where(x.Sum() > 0, x.Sqrt().Sin().Sum(1).Exp().Sum(), 0), zeros).ToArray<double>());
        Assert.Equal(new double[6], Diff.Grad(x => Tensor.Where(x.Sum() <= 0, 1, (-x.Sqrt()).Exp().Transpose().Sum(0).Mean()), zeros).ToArray<double>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Where_WithAnInfiniteSlopeInTheBranchNotTaken_HasNoNaN(bool reverse)
    {
        static Tensor SafeRoot(Tensor x) => Tensor.Where(x > 0, x.Sqrt(), 0);
        static Tensor Entropy(Tensor x) => Tensor.Where(x > 0, -x * x.Log(), 0);
        static Tensor Nested(Tensor x) => Tensor.Where(x > 0, 1 / x.Log().Exp().Sqrt(), x);

        Assert.Equal(0, Differentiate.Slope(reverse, SafeRoot, Tensor.Scalar(0)).ToScalar());
        Assert.Equal(0.25, Differentiate.Slope(reverse, SafeRoot, Tensor.Scalar(4)).ToScalar());
        Assert.Equal(0, Differentiate.Slope(reverse, Entropy, Tensor.Scalar(0)).ToScalar());
        Assert.Equal(1, Differentiate.Slope(reverse, Nested, Tensor.Scalar(0)).ToScalar());
        Assert.Equal(0, Differentiate.Slope(reverse, x => x.Expm1().Minimum(0), Tensor.Scalar(800)).ToScalar());
        Assert.Equal(0, Differentiate.Slope(reverse, x => Differentiate.Slope(reverse, SafeRoot, x), Tensor.Scalar(0)).ToScalar());
    }

    [Fact]
    public void Gather_OfRepeatedIndices_AddsTheirCotangents()
    {
        var table = Tensor.From(new double[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } });
        var rows = Tensor.From([2, 0, 2, 2]);

        Assert.Equal([5, 6, 1, 2, 5, 6, 5, 6], table.TakeRows(rows).ToArray<double>());
        Assert.Equal([1, 1, 0, 0, 3, 3], Differentiate.Gradient(t => t.TakeRows(rows).Sum(), table).ToArray<double>());
        Assert.Equal([2, 0, 0, 1, 1, 1],
            Differentiate.Gradient(t => t.Gather(Tensor.From(new int[,] { { 0, 0 }, { 1, 1 }, { 0, 1 } })).Sum() - t[1, 1], table).ToArray<double>());
    }

    [Fact]
    public void StopGradient_HidesADependence()
    {
        Assert.Equal(3, Differentiate.Gradient(x => x * x.StopGradient(), Tensor.Scalar(3)).ToScalar());
        Assert.Equal(0, Differentiate.Gradient(x => x.StopGradient(), Tensor.Scalar(3)).ToScalar());
    }

    [Fact]
    public void Conversion_BetweenFloatingTypes_CarriesTheDerivative()
    {
        Tensor gradient = Differentiate.Gradient(x => (2 * x.To(DType.Float64)).Sum(), Tensor.From([1f, 2f]));

        Assert.Equal([2f, 2f], gradient.ToArray<float>());
    }
}
