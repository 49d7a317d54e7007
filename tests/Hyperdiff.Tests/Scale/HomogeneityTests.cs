using FsCheck;
using FsCheck.Xunit;

namespace Hyperdiff.Tests.Scale;

/// <summary>
/// What is homogeneous of degree p scales by 2^(kp) when its argument, and all that has its unit, scales by 2^k; its derivatives by 2^(k(p − 1)) and 2^(k(p −
/// 2)): in every bit, in both types and modes,
/// while these results are normal numbers.
/// </summary>
public sealed class HomogeneityTests
{
    /// <summary>Where results are still far from the ends of the normal numbers: of 2^±126 and 2^±1022.</summary>
    private static int Reach(DType dtype) => dtype == DType.Float32 ? 96 : 960;

    /// <summary>A function of x and of the unit that parameters are multiples of.</summary>
    /// <param name="Degree">p.</param>
    /// <param name="Of">The function; the second argument is 2^k.</param>
    /// <param name="Shape">The shape of x.</param>
    /// <param name="Step">k is a multiple of it: where p is a fraction.</param>
    /// <param name="Span">The part of the exponents for which the parameters are numbers.</param>
    private sealed record Homogeneous(double Degree, Func<Tensor, double, Tensor> Of, int[] Shape, int Step = 1, double Span = 1);

    private static readonly Dictionary<string, Homogeneous> s_cases = new()
    {
        ["Sum"] = new(1, (x, _) => x.Sum(), [7]),
        ["Mean"] = new(1, (x, _) => x.Mean(0), [5, 3]),
        ["Abs"] = new(1, (x, _) => x.Abs(), [6]),
        ["Relu"] = new(1, (x, _) => x.Relu() + x.LeakyRelu(0.25), [6]),
        ["Max and Min"] = new(1, (x, _) => x.Max(0) - x.Min(0), [5, 3]),
        ["Maximum"] = new(1, (x, s) => x.Maximum(x.Flip()).Minimum(0.5 * s), [6]),
        ["Clamp"] = new(1, (x, s) => x.Clamp(-0.25 * s, 0.5 * s), [6]),
        ["Sort"] = new(1, (x, _) => x.Sort().CumSum(0), [6]),
        ["Norm"] = new(1, (x, _) => x.Norm(), [9]),
        ["Norm of rows"] = new(1, (x, _) => x.Norm(1), [4, 3]),
        ["Norm of columns"] = new(1, (x, _) => x.Norm(0), [5, 3]),
        ["Norm of the middle"] = new(1, (x, _) => x.Norm(1), [2, 3, 2]),
        ["LpNorm(1)"] = new(1, (x, _) => x.LpNorm(1), [6]),
        ["LpNorm(1.5)"] = new(1, (x, _) => x.LpNorm(1.5), [6]),
        ["LpNorm(3)"] = new(1, (x, _) => x.LpNorm(3, [1]), [3, 4]),
        ["LpNorm(100)"] = new(1, (x, _) => x.LpNorm(100), [6]),
        ["LpNorm(∞)"] = new(1, (x, _) => x.LpNorm(double.PositiveInfinity), [6]),
        ["Hypot"] = new(1, (x, s) => x.Hypot(x.Flip()) + x.Hypot(Tensor.Scalar(0.3 * s, x.DType)), [6]),
        ["Atan2"] = new(0, (x, _) => x.Atan2(x.Flip()), [6]),
        ["Divide"] = new(0, (x, _) => x / x.Flip(), [6]),
        ["Reciprocal"] = new(-1, (x, _) => x.Reciprocal(), [6]),
        ["Multiply"] = new(2, (x, _) => x * x.Flip(), [6]),
        ["Square"] = new(2, (x, _) => x.Square(), [6]),
        ["Sqrt"] = new(0.5, (x, _) => x.Abs().Sqrt(), [6], Step: 2),
        ["Rsqrt"] = new(-0.5, (x, _) => x.Abs().Rsqrt(), [6], Step: 2),
        ["Modulo"] = new(1, (x, s) => x.Mod(Tensor.Scalar(0.3 * s, x.DType)), [6]),
        ["MatMul"] = new(2, (x, _) => x.MatMul(x.Transpose()), [3, 3]),
        ["Einsum"] = new(2, (x, _) => Tensor.Einsum("ij,kj->ik", x, x.Flip()), [3, 3]),
        ["Variance"] = new(2, (x, _) => x.Var(0, correction: 1), [5, 3]),
        ["Deviation"] = new(1, (x, _) => x.Std(), [7]),
        ["Deviation of columns"] = new(1, (x, _) => x.Std(0, correction: 1), [5, 3]),
        ["LayerNorm"] = new(0, (x, s) => Hyperdiff.Layers.LayerNorm(x, Weight(x, 4), Weight(x, 4), 0.01 * s * s), [3, 4], Span: 0.5),
        ["RmsNorm"] = new(0, (x, s) => Hyperdiff.Layers.RmsNorm(x, Weight(x, 4), 0.01 * s * s), [3, 4], Span: 0.5),
        ["BatchNorm while training"] = new(0,
            (x, s) => Hyperdiff.Layers.BatchNormTraining(x, Weight(x, 3), Weight(x, 3), (Weight(x, 3), Weight(x, 3)), epsilon: 0.01 * s * s).Output,
            [5, 3], Span: 0.5),
        ["Mean squared error"] = new(2, (x, _) => Hyperdiff.Losses.MeanSquaredError(x, x.Flip()), [6]),
        ["Mean absolute error"] = new(1, (x, _) => Hyperdiff.Losses.MeanAbsoluteError(x, x.Flip()), [6]),
        ["Huber"] = new(2, (x, s) => Hyperdiff.Losses.Huber(x, x.Flip(), 0.5 * s), [6]),
        ["Simplex"] = new(1, (x, s) => Proximal.Simplex(x, 1.5 * s), [3, 5]),
        ["Box"] = new(1, (x, s) => Proximal.Box(x, -0.25 * s, 0.5 * s), [6]),
        ["NonNegative"] = new(1, (x, _) => Proximal.NonNegative(x), [6]),
        ["SoftThreshold"] = new(1, (x, s) => Proximal.SoftThreshold(x, Tensor.Scalar(0.25 * s, x.DType)), [6]),
        ["Convolution"] = new(2, (x, _) => x.Conv1d(x.Unsqueeze(0)[.., .., ..2]), [1, 6]),
        ["Pooling"] = new(1, (x, _) => x.MaxPool1d(2) + x.AvgPool1d(2), [1, 6]),
    };

    public static TheoryData<string, DType> Cases
    {
        get
        {
            var data = new TheoryData<string, DType>();
            foreach (string name in s_cases.Keys)
            {
                data.Add(name, DType.Float32);
                data.Add(name, DType.Float64);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Scaled_ByAPowerOfTwo_HasTheSameDigits(string name, DType dtype)
    {
        Homogeneous f = s_cases[name];
        foreach (int seed in (int[])[1, 2, 3])
        {
            Tensor x = Random(f.Shape, dtype, seed), v = Random(f.Shape, dtype, seed + 10);
            Tensor[] unit = Derivatives(f, x, v, 1);
            foreach (int part in (int[])[-8, -5, -3, -1, 1, 2, 5, 8])
            {
                int k = (int)(Reach(dtype) / 8 * part * f.Span) / 6 * 6;
                Tensor[] scaled = Derivatives(f, x * Math.ScaleB(1, k), v, Math.ScaleB(1, k));
                for (int i = 0; i < unit.Length; i++)
                {
                    double power = k * (f.Degree - s_orders[i]);
                    if (Math.Abs(power) <= Reach(dtype) && k % f.Step == 0)
                    {
                        double[] expected = Doubles(unit[i]), found = [.. Doubles(scaled[i]).Select(y => Math.ScaleB(y, -(int)power))];
                        double least = dtype == DType.Float32 ? Math.ScaleB(1, -126) : Math.ScaleB(1, -1022);
                        bool same = expected.Zip(found).All(pair => pair.First == pair.Second || Math.Abs(Math.ScaleB(pair.First, (int)power)) < least);
                        Assert.True(same, $"{name}, order {s_orders[i]} ({i}), 2^{k}: {string.Join(", ", found)} instead of {string.Join(", ", expected)}");
                        Assert.True(found.All(double.IsFinite), $"{name}, order {s_orders[i]}: {string.Join(", ", found)}");
                    }
                }
            }
        }
    }

    // the sums of squares that norms are made of, of any length and any mixture of magnitudes
    [Property(Replay = "(5,17)", MaxTest = 60)]
    public void NormsAndDeviations_OfMixedMagnitudes_HaveTheSameDigits(PositiveInt seed, bool single)
    {
        DType dtype = single ? DType.Float32 : DType.Float64;
        var random = new Random(seed.Get);
        double[] elements = [.. Enumerable.Range(0, random.Next(1, 3000))
            .Select(_ => (double)(float)((random.NextDouble() - 0.5) * Math.ScaleB(1, random.Next(-10, 10))))];
        int k = random.Next(-Reach(dtype), Reach(dtype)) / 2;
        Tensor x = Tensor.From(elements).To(dtype), scaled = x * Math.ScaleB(1, k);
        foreach (Func<Tensor, Tensor> norm in (Func<Tensor, Tensor>[])[a => a.Norm(), a => a.Std(), a => a.LpNorm(3), a => a.LpNorm(40)])
        {
            Assert.Equal(Doubles(norm(x))[0], Math.ScaleB(Doubles(norm(scaled))[0], -k));
        }
    }

    private static readonly int[] s_orders = [0, 1, 1, 2, 2, 2];

    // value; first derivatives in reverse and forwards; second along a direction, in three mixtures
    private static Tensor[] Derivatives(Homogeneous f, Tensor x, Tensor v, double unit)
    {
        Tensor Scalar(Tensor a)
        {
            Tensor y = f.Of(a, unit);
            return (y * (1 + (0.125 * Tensor.Arange(y.Count).To(y.DType).Reshape(y.Shape)))).Sum();
        }

        return
        [
            f.Of(x, unit),
            Diff.Grad(Scalar, x),
            Diff.Jvp((Tensor a) => f.Of(a, unit), x, v).Tangent,
            Diff.Jvp((Tensor a) => Diff.Grad(Scalar, a), x, v).Tangent,
            Diff.Grad((Tensor a) => (Diff.Grad(Scalar, a) * v).Sum(), x),
            Diff.Jvp((Tensor a) => Diff.Jvp(Scalar, a, v).Tangent, x, v).Tangent,
        ];
    }

    private static Tensor Random(int[] shape, DType dtype, int seed)
    {
        var random = new Random(seed);
        return Tensor.From<double>([.. Enumerable.Range(0, new Shape(shape).ElementCount).Select(_ => (double)(float)((random.NextDouble() * 2) - 1))],
            new Shape(shape)).To(dtype);
    }

    private static Tensor Weight(Tensor x, int count) => (0.5 + (0.25 * Tensor.Arange(count).To(DType.Float64))).To(x.DType);

    private static double[] Doubles(Tensor tensor) => tensor.To(DType.Float64).ToArray<double>();
}
