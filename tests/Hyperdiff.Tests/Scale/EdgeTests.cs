using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Hyperdiff.Testing.Samples;

namespace Hyperdiff.Tests.Scale;

/// <summary>What used to be a number and is none, or the other way, at the edges of operations.</summary>
public sealed class EdgeTests
{
    [Fact]
    public void MeanOfNothing_AsTheFirstWorkOfAThread_IsNaN()
    {
        Func<Tensor>[] means =
        [
            () => Tensor.From<double>([]).Mean(),
            () => Tensor.Zeros([0, 3], DType.Float32).Mean(0)[0].To(DType.Float64),
            () => Diff.Jvp((Tensor x) => x.Square().Mean(), Tensor.Zeros([0]), Tensor.Zeros([0])).Value,
            () => Diff.ValueAndGrad((Tensor x) => (2 * x).Mean(), Tensor.Zeros([0])).Value,
        ];
        foreach (Func<Tensor> mean in means)
        {
            double found = 0;
            Exception? failure = null;
            var thread = new Thread(() => failure = Record.Exception(() => found = mean().ToScalar()));
            thread.Start();
            thread.Join();

            Assert.Null(failure);
            Assert.Equal(double.NaN, found);
        }
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void RepeatedScalar_HasTheBitsOfAStoredOne_ForEveryElementwisePrimitive(DType dtype)
    {
        foreach (Operation operation in PrimitiveCases.All.Select(item => item.Primitive).OfType<Operation>().Where(primitive => primitive is Unary or Binary)
            .Distinct())
        {
            foreach (double number in (double[])[0.3, 1.7, -0.6, 0, 12.3456, 1e-5])
            {
                Tensor uniform = Tensor.Full([3], number, dtype), stored = Tensor.From([number, number, number]).To(dtype);
                Tensor repeated = operation is Unary ? operation.Of(uniform) : operation.Of(uniform, uniform), written = operation is Unary
                    ? operation.Of(stored) : operation.Of(stored, stored);
                Assert.Equal(Bits(written), Bits(repeated));
            }
        }
    }

    [Fact]
    public void Extremum_ThatIsNaN_HasNoDerivative()
    {
        Tensor x = Tensor.From([1, double.NaN, 3]), rows = Tensor.From(new[,] { { 1, double.NaN }, { 2, 5 } });

        Assert.All(Diff.Grad((Tensor a) => a.Max(), x).ToArray<double>(), slope => Assert.Equal(double.NaN, slope));
        Assert.All(Diff.Grad((Tensor a) => a.Min(), x).ToArray<double>(), slope => Assert.Equal(double.NaN, slope));
        Assert.Equal(double.NaN, Diff.Jvp((Tensor a) => a.Max(), x, Tensor.Ones([3])).Tangent.ToScalar());
        Assert.Equal([double.NaN, double.NaN, 0, 1], Diff.Grad((Tensor a) => a.Max(1).Sum(), rows).ToArray<double>());
        Assert.Equal([0, 0.5, 0.5], Diff.Grad((Tensor a) => a.Max(), Tensor.From([1.0, 2, 2])).ToArray<double>());
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void GatedUnits_AtMinusInfinity_AreTheirLimit(DType dtype)
    {
        Tensor x = Tensor.From([double.NegativeInfinity, -1e30, -200]).To(dtype);
        foreach (Func<Tensor, Tensor> f in (Func<Tensor, Tensor>[])[a => a.Silu(), a => a.Gelu(), a => a.GeluTanh()])
        {
            Assert.All(f(x).To(DType.Float64).ToArray<double>(), y => Assert.Equal(0, y, 1e-80));
            Assert.All(Diff.Grad((Tensor a) => f(a).Sum(), x).To(DType.Float64).ToArray<double>(), y => Assert.Equal(0, y, 1e-80));
        }
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void GatedUnits_AtInfinity_AreTheIdentity_WithAllDerivatives(DType dtype)
    {
        Tensor x = Tensor.From([double.PositiveInfinity, 1e30, 300]).To(dtype), one = Tensor.OnesLike(x);
        foreach (Func<Tensor, Tensor> f in (Func<Tensor, Tensor>[])[a => a.Silu(), a => a.Gelu(), a => a.GeluTanh(), a => a.Softplus(), a => a.Elu()])
        {
            Tensor Slope(Tensor a) => Diff.Jvp(f, a, one).Tangent;
            Tensor Curvature(Tensor a) => Diff.Grad(b => Slope(b).Sum(), a);
            Assert.Equal(x.To(DType.Float64).ToArray<double>(), f(x).To(DType.Float64).ToArray<double>());
            Assert.Equal([1, 1, 1], Slope(x).To(DType.Float64).ToArray<double>());
            Assert.Equal([1, 1, 1], Diff.Grad(a => f(a).Sum(), x).To(DType.Float64).ToArray<double>());
            Assert.All(Curvature(x).To(DType.Float64).ToArray<double>(), y => Assert.Equal(0, y, 1e-80));
            Assert.All(Diff.Jvp(Curvature, x, one).Tangent.To(DType.Float64).ToArray<double>(), y => Assert.Equal(0, y, 1e-80));
        }
    }

    /// <summary>What chooses between operands of which one is not a number has no slope there, in either.</summary>
    [Fact]
    public void ChoicesByWhatIsNotANumber_HaveNoSlope()
    {
        Tensor x = Tensor.From([double.NaN, 1, 3]), y = Tensor.From([2, double.NaN, 2.0]);
        Func<Tensor, Tensor>[] ofOne =
        [
            a => a.Maximum(2), a => a.Minimum(2), a => a.Abs(), a => a.Sign() * a, a => a.Softmax(), a => Proximal.Simplex(a),
            a => a.LpNorm(3), a => a.LpNorm(double.PositiveInfinity), a => a.Norm(), a => a.Hypot(y),
            a => Hyperdiff.Losses.Huber(a, Tensor.Zeros([3])), a => Hyperdiff.Losses.MeanAbsoluteError(a, Tensor.Zeros([3])),
        ];
        Assert.All(ofOne, f =>
        {
            Assert.Equal(double.NaN, Diff.Grad(a => (f(a) * 2).Sum(), x)[0].ToScalar());
            Assert.Equal(double.NaN, Diff.Jvp(a => f(a).Sum(), x, Tensor.From([1.0, 0, 0])).Tangent.ToScalar());
        });
        foreach (Func<Tensor, Tensor, Tensor> f in (Func<Tensor, Tensor, Tensor>[])[(a, b) => a.Maximum(b), (a, b) => a.Minimum(b)])
        {
            Assert.Equal([double.NaN, double.NaN], Diff.Grad(a => f(a, y).Sum(), x).ToArray<double>()[..2]);
            Assert.Equal([double.NaN, double.NaN], Diff.Grad(b => f(x, b).Sum(), y).ToArray<double>()[..2]);
            Assert.Equal(1, Diff.Grad(a => f(a, y).Sum(), x)[2].ToScalar() + Diff.Grad(b => f(x, b).Sum(), y)[2].ToScalar());
        }
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void BinaryCrossEntropy_OfInfiniteLogits_IsCertainty(DType dtype)
    {
        Tensor infinite = Tensor.From([double.PositiveInfinity, double.NegativeInfinity]).To(dtype);
        Tensor Loss(double t) => BinaryCrossEntropy.Instance.Of(infinite, Tensor.Full([2], t, dtype));

        Assert.Equal([double.PositiveInfinity, 0], Loss(0).To(DType.Float64).ToArray<double>());
        Assert.Equal([0, double.PositiveInfinity], Loss(1).To(DType.Float64).ToArray<double>());
        Assert.All(Enumerable.Range(1, 3).Select(quarters => 0.25 * quarters),
            t => Assert.Equal([double.PositiveInfinity, double.PositiveInfinity], Loss(t).To(DType.Float64).ToArray<double>()));
        Assert.Equal(0, Hyperdiff.Losses.BinaryCrossEntropyWithLogits(infinite, Tensor.From([1.0, 0]).To(dtype)).To(DType.Float64).ToScalar());
        Assert.Equal([0, 0], Diff.Grad((Tensor z) => Hyperdiff.Losses.BinaryCrossEntropyWithLogits(z, Tensor.From([1.0, 0]).To(dtype)), infinite)
            .To(DType.Float64).ToArray<double>());
    }

    // with logits ±z the classes change their roles, to the last bit: in loss, slope and curvature
    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void BinaryCrossEntropy_IsSymmetricInItsClasses(DType dtype)
    {
        foreach (double size in (double[])[1e-30, 1e-3, 0.7, 3, 12, 20, 37, 60, 85])
        {
            Tensor z = Tensor.Scalar(size).To(dtype), one = Tensor.Ones([], dtype), zero = Tensor.Zeros([], dtype);
            Assert.Equal(Bits(Hyperdiff.Losses.BinaryCrossEntropyWithLogits(z, one)), Bits(Hyperdiff.Losses.BinaryCrossEntropyWithLogits(-z, zero)));
            Assert.Equal(Bits(-Slope(z, one)), Bits(Slope(-z, zero)));
            Assert.Equal(Bits(Curvature(z, one)), Bits(Curvature(-z, zero)));
            double tail = Math.Exp(-size) / (1 + Math.Exp(-size));
            Assert.Equal(-1, Slope(z, one).To(DType.Float64).ToScalar() / tail, 20 * dtype.Epsilon());
            Assert.Equal(1, Curvature(z, one).To(DType.Float64).ToScalar() / (tail / (1 + Math.Exp(-size))), 20 * dtype.Epsilon());
        }

        static Tensor Slope(Tensor z, Tensor t) => Diff.Grad((Tensor a) => Hyperdiff.Losses.BinaryCrossEntropyWithLogits(a, t), z);

        static Tensor Curvature(Tensor z, Tensor t) => Diff.Grad((Tensor a) => Slope(a, t), z);
    }

    [Theory]
    [InlineData(0, double.NaN)]
    [InlineData(double.NaN, double.PositiveInfinity)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity, double.NegativeInfinity)]
    public void Categorical_WithoutProbabilities_IsRefused(double first, double second)
    {
        Tensor logits = Tensor.From(new[,] { { first, second }, { 1, 2 } });

        Assert.Contains(
            "gives no class a probability", Assert.Throws<ArgumentException>(() => RandomKey.FromSeed(3).Categorical(logits)).Message, StringComparison.Ordinal);
        int[] drawn = Diff.Vmap((Tensor row) => RandomKey.FromSeed(3).Categorical(row), logits).ToArray<int>();
        Assert.Equal(-1, drawn[0]);
        Assert.InRange(drawn[1], 0, 1);
    }

    [Fact]
    public void Categorical_DrawsTheInfiniteLogit()
    {
        Tensor logits = Tensor.From(new[,] { { 5, double.PositiveInfinity, 900 }, { double.NegativeInfinity, double.NegativeInfinity, -900 } });

        Assert.All(RandomKey.FromSeed(3).Categorical(logits, [50]).Reshape(50, 2).ToArray<int>().Chunk(2), drawn => Assert.Equal([1, 2], drawn));
    }

    [Fact]
    public void Variance_WithNothingToDivideBy_IsRefused()
    {
        Tensor x = Tensor.From([1.0, 2, 4]);

        Assert.Contains("3 elements of shape [3] less a correction of 5", Assert.Throws<ArgumentOutOfRangeException>(() => x.Var(0, correction: 5)).Message,
            StringComparison.Ordinal);
        Assert.All([3, 5], correction => Assert.Throws<ArgumentOutOfRangeException>(() => x.Std(0, correction: correction)));
        Assert.Equal(14.0 / 3, x.Var(0, correction: 2).ToScalar(), 1e-14);
    }

    [Fact]
    public void DifferingElementTypes_AdviseToKeepFractions()
    {
        Tensor whole = Tensor.Arange(3), real = Tensor.Ones([3]);
        Func<object>[] mixtures =
        [
            () => whole + real, () => real + whole, () => whole * real.To(DType.Float32), () => whole.Maximum(real), () => Tensor.Concat(0, whole, real),
            () => Tensor.Where(real > 0, whole, real), () => Hyperdiff.Losses.MeanSquaredError(whole, real),
            () => Hyperdiff.Losses.MeanSquaredError(real, whole), () => whole.MatMul(real),
        ];

        foreach (Func<object> mixture in mixtures)
        {
            string message = Assert.Throws<DTypeMismatchException>(mixture).Message;
            Assert.DoesNotContain("DType.Int32)", message, StringComparison.Ordinal);
            Assert.Contains("To(DType.Float", message, StringComparison.Ordinal);
        }

        Assert.Contains("labels.To(DType.Int32)", Assert.Throws<DTypeMismatchException>(() => Hyperdiff.Losses.CrossEntropy(Tensor.Ones([3, 2]), real)).Message,
            StringComparison.Ordinal);
    }

    private static long[] Bits(Tensor tensor) => [.. tensor.To(DType.Float64).ToArray<double>().Select(BitConverter.DoubleToInt64Bits)];
}
