using Hyperdiff.Tests.Primitives;

namespace Hyperdiff.Tests.Losses;

public sealed class LossesTests
{
    // each loss is a chain of fewer than 16 roundings of numbers of size 1
    private const double Tolerance = 16 * 2.22e-16;

    [Fact]
    public void BinaryCrossEntropy_AgreesWithTheDefinition()
    {
        var z = Tensor.From([0.3, -1.2]);
        var t = Tensor.From([1.0, 0.25]);
        Tensor p = z.Sigmoid();
        Tensor expected = -((t * p.Log()) + ((1 - t) * (1 - p).Log())).Mean();

        Assert.Equal(expected.ToScalar(), Hyperdiff.Losses.BinaryCrossEntropyWithLogits(z, t).ToScalar(), Tolerance);
        Tensor gradient = Differentiate.Gradient(logits => Hyperdiff.Losses.BinaryCrossEntropyWithLogits(logits, t), z);
        Assert.Equal(((p - t) / 2).ToArray<double>(), gradient.ToArray<double>(), (a, b) => Math.Abs(a - b) <= Tolerance);
    }

    [Fact]
    public void BinaryCrossEntropy_OfLogitsOfAThousand_IsFinite()
    {
        var z = Tensor.From([1000.0, 1000, -1000, -1000]);
        var t = Tensor.From([1.0, 0, 1, 0]);

        Assert.Equal(500, Hyperdiff.Losses.BinaryCrossEntropyWithLogits(z, t).ToScalar());
        Assert.Equal([0, 0.25, -0.25, 0], Differentiate.Gradient(logits => Hyperdiff.Losses.BinaryCrossEntropyWithLogits(logits, t), z).ToArray<double>());
    }

    [Fact]
    public void CrossEntropy_OfClassesAndOfTheirOneHotProbabilities_IsTheSame()
    {
        var z = Tensor.From(new double[,] { { 0.1, -0.4, 2 }, { 1000, 0, 0 } });
        var labels = Tensor.From([2, 1]);
        double expected = (-(2 - Math.Log(Math.Exp(0.1) + Math.Exp(-0.4) + Math.Exp(2))) + 1000) / 2;

        Assert.Equal(expected, Hyperdiff.Losses.CrossEntropy(z, labels).ToScalar(), 1000 * Tolerance);
        Assert.Equal(Hyperdiff.Losses.CrossEntropy(z, labels).ToScalar(), Hyperdiff.Losses.CrossEntropy(z, labels.OneHot(3)).ToScalar());
        Tensor softmax = z.Softmax();
        Assert.Equal(
            ((softmax - labels.OneHot(3)) / 2).ToArray<double>(),
            Differentiate.Gradient(logits => Hyperdiff.Losses.CrossEntropy(logits, labels), z).ToArray<double>(),
            (a, b) => Math.Abs(a - b) <= Tolerance);
    }

    [Fact]
    public void CrossEntropy_OfAnImpossibleClassThatIsNotExpected_CountsZero()
    {
        var z = Tensor.From(new double[,] { { 0, double.NegativeInfinity, 0 } });
        var p = Tensor.From(new double[,] { { 0.5, 0, 0.5 } });

        Assert.Equal(Math.Log(2), Hyperdiff.Losses.CrossEntropy(z, p).ToScalar());
        Assert.Equal([0.0, 0, 0], Differentiate.Gradient(logits => Hyperdiff.Losses.CrossEntropy(logits, p), z).ToArray<double>());
        Assert.Equal(double.PositiveInfinity, Hyperdiff.Losses.CrossEntropy(z, Tensor.From(new double[,] { { 0, 1, 0.0 } })).ToScalar());
    }

    [Fact]
    public void CrossEntropy_IsDifferentiableInSoftTargets_AlsoAtZero()
    {
        var z = Tensor.From(new double[,] { { 0, 1.0 } });
        var p = Tensor.From(new double[,] { { 0, 1.0 } });

        Assert.Equal((-z.LogSoftmax()).ToArray<double>(), Differentiate.Gradient(t => Hyperdiff.Losses.CrossEntropy(z, t), p).ToArray<double>());
    }

    [Fact]
    public void MeanSquaredError_IsTheMeanOverAllElements()
    {
        var y = Tensor.From(new double[,] { { 1, 2 }, { 3, 4 } });

        Assert.Equal(7.5, Hyperdiff.Losses.MeanSquaredError(y, Tensor.ZerosLike(y)).ToScalar());
        Assert.Equal([0.5, 1, 1.5, 2], Differentiate.Gradient(x => Hyperdiff.Losses.MeanSquaredError(x, Tensor.ZerosLike(y)), y).ToArray<double>());
    }

    [Fact]
    public void CrossEntropy_OfRowsThatLieFarApart_IsThatOfEachRow()
    {
        var z = Tensor.From(new double[,] { { 0, 0 }, { 1000, 1000 } });
        Tensor gradient = Differentiate.Gradient(logits => Hyperdiff.Losses.CrossEntropy(logits, Tensor.From([0, 1])), z);

        Assert.Equal(Math.Log(2), Hyperdiff.Losses.CrossEntropy(z, Tensor.From([0, 1])).ToScalar(), 1000 * Tolerance);
        Assert.Equal([-0.25, 0.25, 0.25, -0.25], gradient.ToArray<double>());
    }

    [Fact]
    public void CrossEntropy_Smoothed_IsThatOfTheSmoothedProbabilities()
    {
        var z = Tensor.From(new double[,] { { 0.1, -0.4, 2, 0 }, { -1, 0, 0.3, 1 } });
        var labels = Tensor.From([2, 1]);
        var p = Tensor.From(new double[,] { { 0.05, 0.05, 0.85, 0.05 }, { 0.05, 0.85, 0.05, 0.05 } });

        Assert.Equal(Hyperdiff.Losses.CrossEntropy(z, p).ToScalar(), Hyperdiff.Losses.CrossEntropy(z, labels, smoothing: 0.2).ToScalar(), Tolerance);
        Assert.Equal(Hyperdiff.Losses.CrossEntropy(z, p).ToScalar(), Hyperdiff.Losses.CrossEntropy(z, labels.OneHot(4), smoothing: 0.2).ToScalar(), Tolerance);
        Assert.Equal(DType.Float32, Hyperdiff.Losses.CrossEntropy(z.To(DType.Float32), labels, smoothing: 1).DType);
        Assert.Throws<ArgumentOutOfRangeException>(() => Hyperdiff.Losses.CrossEntropy(z, labels, smoothing: 1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Hyperdiff.Losses.CrossEntropy(z, labels, smoothing: double.NaN));
    }

    [Fact]
    public void MeanAbsoluteError_IsTheMeanOfTheSizes_WithASubgradientOfZero()
    {
        var y = Tensor.From([1.0, -2, 3, 0]);
        var t = Tensor.From([3.0, -2, 0, 1]);

        Assert.Equal(1.5, Hyperdiff.Losses.MeanAbsoluteError(y, t).ToScalar());
        Assert.Equal([-0.25, 0, 0.25, -0.25], Differentiate.Gradient(x => Hyperdiff.Losses.MeanAbsoluteError(x, t), y).ToArray<double>());
    }

    [Fact]
    public void Huber_IsQuadraticWithinDelta_AndLinearBeyond()
    {
        var r = Tensor.From([0.0, 1, -2, 6]);
        Tensor zero = Tensor.ZerosLike(r);
        var huge = Tensor.From([-1e300]);

        Assert.Equal((0 + 0.5 + 2 + (2 * 5)) / 4, Hyperdiff.Losses.Huber(r, zero, 2).ToScalar());
        Assert.Equal([0.0, 0.25, -0.5, 0.5], Differentiate.Gradient(x => Hyperdiff.Losses.Huber(x, zero, 2), r).ToArray<double>());
        Assert.Equal(2e300, Hyperdiff.Losses.Huber(huge, Tensor.Zeros([1]), 2).ToScalar());
        Assert.Equal([-2.0], Differentiate.Gradient(x => Hyperdiff.Losses.Huber(x, Tensor.Zeros([1]), 2), huge).ToArray<double>());
        Assert.Throws<ArgumentOutOfRangeException>(() => Hyperdiff.Losses.Huber(r, zero, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Hyperdiff.Losses.Huber(r, zero, double.PositiveInfinity));
    }

    [Fact]
    public void Hinge_IsZeroBeyondTheMargin()
    {
        var y = Tensor.From([2.0, 0.5, -1, 1]);
        var t = Tensor.From([1.0, 1, 1, -1]);

        Assert.Equal((0 + 0.5 + 2 + 2) / 4, Hyperdiff.Losses.Hinge(y, t).ToScalar());
        Assert.Equal([0, -0.25, -0.25, 0.25], Differentiate.Gradient(x => Hyperdiff.Losses.Hinge(x, t), y).ToArray<double>());
        Assert.Equal([0.0], Differentiate.Gradient(x => Hyperdiff.Losses.Hinge(x, Tensor.Ones([1])), Tensor.Ones([1])).ToArray<double>());
    }

    [Fact]
    public void KullbackLeibler_AgreesWithTheDefinition_AndIsTheCrossEntropyLessTheEntropy()
    {
        var z = Tensor.From(new double[,] { { 0.1, -0.4, 2 }, { -1, 0, 0.3 } });
        var p = Tensor.From(new double[,] { { 0.2, 0.3, 0.5 }, { 0.6, 0.3, 0.1 } });
        double entropy = -(p * p.Log()).Sum(-1).Mean().ToScalar();
        Tensor logarithms = z.LogSoftmax();

        Assert.Equal(Hyperdiff.Losses.CrossEntropy(z, p).ToScalar() - entropy, Hyperdiff.Losses.KullbackLeibler(logarithms, p.Log()).ToScalar(), Tolerance);
        Assert.Equal(0, Hyperdiff.Losses.KullbackLeibler(logarithms, logarithms).ToScalar());
        Assert.Equal((p / -2).ToArray<double>(), Differentiate.Gradient(q => Hyperdiff.Losses.KullbackLeibler(q, p.Log()), logarithms).ToArray<double>(),
            (a, b) => Math.Abs(a - b) <= Tolerance);
        Assert.Equal(
            (p * (p.Log() - logarithms + 1) / 2).ToArray<double>(),
            Differentiate.Gradient(t => Hyperdiff.Losses.KullbackLeibler(logarithms, t), p.Log()).ToArray<double>(),
            (a, b) => Math.Abs(a - b) <= Tolerance);
    }

    [Fact]
    public void KullbackLeibler_OfAnImpossibleClass_CountsZero_WithFiniteGradients()
    {
        var q = Tensor.From(new double[,] { { Math.Log(0.5), double.NegativeInfinity, Math.Log(0.5) } });
        var p = Tensor.From(new double[,] { { 0, double.NegativeInfinity, double.NegativeInfinity } });

        Assert.Equal(Math.Log(2), Hyperdiff.Losses.KullbackLeibler(q, p).ToScalar());
        Assert.Equal([-1.0, 0, 0], Differentiate.Gradient(x => Hyperdiff.Losses.KullbackLeibler(x, p), q).ToArray<double>());
        Assert.Equal([1 + Math.Log(2), 0, 0], Differentiate.Gradient(x => Hyperdiff.Losses.KullbackLeibler(q, x), p).ToArray<double>());
        Assert.Equal(double.PositiveInfinity, Hyperdiff.Losses.KullbackLeibler(p, q[.., ..].Maximum(-5)).ToScalar());
    }

    [Fact]
    public void LossOfABatch_IsTheWeightedMeanOfItsSlices()
    {
        var z = Tensor.From(new double[,] { { 0.1, -0.4 }, { 0.3, 0.2 }, { -1, 1 } });
        var labels = Tensor.From([0, 1, 1]);
        double whole = Hyperdiff.Losses.CrossEntropy(z, labels).ToScalar();
        double first = Hyperdiff.Losses.CrossEntropy(z[..1], labels[..1]).ToScalar();
        double rest = Hyperdiff.Losses.CrossEntropy(z[1..], labels[1..]).ToScalar();

        Assert.Equal(whole, (first + (2 * rest)) / 3, Tolerance);
    }

    [Fact]
    public void MisfittingOperands_ThrowNamingBothShapesAndTheRemedy()
    {
        string shapes = Assert.Throws<ShapeMismatchException>(() => Hyperdiff.Losses.MeanSquaredError(Tensor.Ones([3]), Tensor.Ones([3, 1]))).Message;
        string types = Assert.Throws<DTypeMismatchException>(
            () => Hyperdiff.Losses.BinaryCrossEntropyWithLogits(Tensor.Ones([3]), Tensor.Ones([3], DType.Float32))).Message;
        string labels = Assert.Throws<ShapeMismatchException>(() => Hyperdiff.Losses.CrossEntropy(Tensor.Ones([3, 2]), Tensor.Arange(2))).Message;
        string logits = Assert.Throws<ShapeMismatchException>(() => Hyperdiff.Losses.CrossEntropy(Tensor.Ones([3]), Tensor.Arange(3))).Message;

        Assert.Equal("MeanSquaredError: predictions [3] and targets [3, 1] differ in shape, and losses do not broadcast; reshape one.", shapes);
        Assert.Contains("targets.To(DType.Float64)", types, StringComparison.Ordinal);
        Assert.Contains("[3, 2] take labels of shape [3], one class per sample, not [2]", labels, StringComparison.Ordinal);
        Assert.Contains("[n, classes], not [3]", logits, StringComparison.Ordinal);
        Assert.Contains("[n, classes], not [3]",
            Assert.Throws<ShapeMismatchException>(() => Hyperdiff.Losses.KullbackLeibler(Tensor.Ones([3]), Tensor.Ones([3]))).Message,
            StringComparison.Ordinal);
        Assert.All<Func<Tensor, Tensor, Tensor>>(
            [Hyperdiff.Losses.MeanAbsoluteError, (y, t) => Hyperdiff.Losses.Huber(y, t), Hyperdiff.Losses.Hinge, Hyperdiff.Losses.KullbackLeibler],
            loss => Assert.Contains("[2, 1]", Assert.Throws<ShapeMismatchException>(() => loss(Tensor.Ones([2]), Tensor.Ones([2, 1]))).Message,
                StringComparison.Ordinal));
        Assert.Contains("index 2", Assert.Throws<ArgumentOutOfRangeException>(
            () => Hyperdiff.Losses.CrossEntropy(Tensor.Ones([1, 2]), Tensor.From([2]))).Message, StringComparison.Ordinal);
    }
}
