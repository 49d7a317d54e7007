namespace Hyperdiff.Tests.Scale;

/// <summary>Derivatives of softmax and its logarithms where one share is nearly 1, whose complement is the sum of the others.</summary>
public sealed class SoftmaxTests
{
    // roundings of exponentials, a sum and products of them
    private const double Units = 40;

    public static TheoryData<double, DType> Gaps
    {
        get
        {
            var data = new TheoryData<double, DType>();
            foreach (double gap in (double[])[0.5, 5, 20, 45, 80])
            {
                data.Add(gap, DType.Float32);
                data.Add(gap, DType.Float64);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Gaps))]
    public void Hessians_OfLogSumExpAndCrossEntropy_HaveAllDigits(double gap, DType dtype)
    {
        Tensor x = Tensor.From([-1, gap, 0.25]).To(dtype);
        double[] p = Shares([.. x.To(DType.Float64).ToArray<double>()]);
        foreach (Func<Tensor, Tensor> f in (Func<Tensor, Tensor>[])[a => a.LogSumExp(), a => Hyperdiff.Losses.CrossEntropy(a.Unsqueeze(0), Tensor.From([1])),
            a => -a.LogSoftmax()[1], a => -a.LogSoftmax()[2]])
        {
            foreach (Tensor hessian in (Tensor[])[Rows(x, v => Diff.Jvp((Tensor a) => Diff.Grad(f, a), x, v).Tangent),
                Rows(x, v => Diff.Grad((Tensor a) => (Diff.Grad(f, a) * v).Sum(), x))])
            {
                double[] found = hessian.To(DType.Float64).ToArray<double>();
                for (int i = 0; i < 3; i++)
                {
                    for (int j = 0; j < 3; j++)
                    {
                        double expected = i == j ? p[i] * Enumerable.Range(0, 3).Where(k => k != i).Sum(k => p[k]) : -p[i] * p[j];
                        Assert.True(Math.Abs(found[(3 * i) + j] - expected)
                            <= Units * dtype.Epsilon() * Math.Max(Math.Abs(expected), dtype == DType.Float32 ? 1.2e-38 : 0),
                            $"[{i}, {j}]: {found[(3 * i) + j]:R}, not {expected:R}");
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Gaps))]
    public void Slope_OfTheCrossEntropyOfARightClass_IsMinusTheOthers(double gap, DType dtype)
    {
        Tensor x = Tensor.From(new[,] { { -1, gap, 0.25 } }).To(dtype);
        double[] p = Shares(x.To(DType.Float64).ToArray<double>());

        double[] slope = Diff.Grad((Tensor a) => Hyperdiff.Losses.CrossEntropy(a, Tensor.From([1])), x).To(DType.Float64).ToArray<double>();
        Assert.Equal(1, slope[0] / p[0], Units * dtype.Epsilon());
        Assert.Equal(-1, slope[1] / (p[0] + p[2]), Units * dtype.Epsilon());
        Assert.Equal(1, slope[2] / p[2], Units * dtype.Epsilon());
    }

    /// <summary>The logarithm of a share that is nearly 1 is minus the sum of the others, with all its digits, on every axis and by every function.</summary>
    [Theory]
    [MemberData(nameof(Gaps))]
    public void TheLogarithmOfTheDominantClass_HasAllDigits(double gap, DType dtype)
    {
        Tensor x = Tensor.From(new[,] { { -1, gap, 0.25 }, { gap + 3, 3, 3 } }).To(dtype);
        double[] z = x.To(DType.Float64).ToArray<double>();
        double first = Math.Exp(z[0] - z[1]) + Math.Exp(z[2] - z[1]), second = 2 * Math.Exp(z[4] - z[3]);
        (double Expected, Tensor Found)[] values =
        [
            (-Log1p(first), x.LogSoftmax()[0, 1]),
            (-Log1p(second), x.LogSoftmax()[1, 0]),
            (-Log1p(first), x.Transpose().LogSoftmax(0)[1, 0]),
            (-Log1p(second), Diff.Vmap((Tensor row) => row.LogSoftmax(), x)[1, 0]),
            (Log1p(first), Hyperdiff.Losses.CrossEntropy(x[..1], Tensor.From([1]))),
            (Log1p(first), Hyperdiff.Losses.CrossEntropy(x[..1], Tensor.From([1]).OneHot(3, dtype))),
            (Log1p(second), (x - x.Max(-1, keepAxis: true)).LogSumExp()[1]),
        ];

        // the differences that are exponentiated are rounded, by half a unit of their size
        double tolerance = (Units + gap) * dtype.Epsilon();
        Assert.All(values, value => Assert.InRange(value.Found.To(DType.Float64).ToScalar() / value.Expected, 1 - tolerance, 1 + tolerance));

        static double Log1p(double y) => y < 1e-5 ? y - (y * y / 2) + (y * y * y / 3) : Math.Log(1 + y);
    }

    [Fact]
    public void LogSumExp_WithoutSizes_KeepsItsEdges()
    {
        double infinity = double.PositiveInfinity;
        Assert.Equal(-infinity, Tensor.From([-infinity, -infinity]).LogSumExp().ToScalar());
        Assert.Equal(infinity, Tensor.From([infinity, 0]).LogSumExp().ToScalar());
        Assert.Equal(double.NaN, Tensor.From([double.NaN, 0]).LogSumExp().ToScalar());
        Assert.Equal(Math.Log(4), Tensor.Zeros([4]).LogSumExp().ToScalar(), 1e-15);
        Assert.Equal([-infinity, 0], Tensor.From([-infinity, 5]).LogSoftmax().ToArray<double>());
        Assert.Equal(-100, Tensor.From([0, -100.0]).LogSoftmax()[1].ToScalar());
    }

    [Fact]
    public void Pullbacks_OfBijections_DoNotVanishInTheTails()
    {
        Tensor u = Tensor.From([40.0, -40, 3]), one = Tensor.Ones([3]);
        Tensor shares = Bijection.Softmax.Pullback(Tensor.From([60.0, 0]), Tensor.From([1.0, 0]));

        Assert.Equal(1, Bijection.Sigmoid.Pullback(u, one)[0].ToScalar() / 4.248354255291589e-18, 1e-14);
        Assert.Equal(Bijection.Sigmoid.Pullback(u, one).ToArray<double>(), Bijection.Sigmoid.Pullback(-u, one).ToArray<double>());
        Assert.Equal(1, shares[0].ToScalar() / Math.Exp(-60), 1e-14);
        Assert.Equal(-1, shares[1].ToScalar() / Math.Exp(-60), 1e-14);
    }

    private static Tensor Rows(Tensor x, Func<Tensor, Tensor> product) =>
        Tensor.Stack(0, [.. Enumerable.Range(0, x.Count).Select(i => product(Tensor.Full([], i, DType.Int32).OneHot(x.Count, x.DType)))]);

    private static double[] Shares(double[] x)
    {
        double greatest = x.Max(), sum = x.Sum(y => Math.Exp(y - greatest));
        return [.. x.Select(y => Math.Exp(y - greatest) / sum)];
    }
}
