using FsCheck;
using FsCheck.Xunit;

namespace Hyperdiff.Tests.Scale;

/// <summary>
/// What is homogeneous of degree p scales by 2^(kp) when its argument, and all that has its unit, scales by 2^k; its derivatives by 2^(k(p − 1)) and 2^(k(p −
/// 2)): in every bit, in both types and modes,
/// while these results are normal numbers.
/// </summary>
public sealed partial class HomogeneityTests
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
            foreach ((int part, bool along) in new[] { -8, -5, -3, -1, 1, 2, 5, 8 }.SelectMany(part => new[] { (part, false), (part, true) }))
            {
                // a direction of the size of x takes a degree back
                int k = (int)(Reach(dtype) / 8 * part * f.Span) / 6 * 6;
                Tensor[] scaled = Derivatives(f, x * Math.ScaleB(1, k), along ? v * Math.ScaleB(1, k) : v, Math.ScaleB(1, k));
                for (int i = 0; i < unit.Length; i++)
                {
                    double power = k * (f.Degree - s_orders[i] + (along ? s_directions[i] : 0));
                    double coefficient = Math.Abs(k * (f.Degree - s_orders[i]));
                    bool within = coefficient <= Reach(dtype) && (!along || 2 * Math.Abs(k) <= Reach(dtype) * f.Span);
                    if (within && k % f.Step == 0)
                    {
                        double[] expected = Doubles(unit[i]), found = [.. Doubles(scaled[i]).Select(y => Math.ScaleB(y, -(int)Math.Round(power)))];
                        double least = dtype == DType.Float32 ? Math.ScaleB(1, -126) : Math.ScaleB(1, -1022);
                        int size = along ? -2 * Math.Abs(k) : (int)Math.Round(power);
                        bool same = expected.Zip(found).All(pair => pair.First == pair.Second || Math.Abs(Math.ScaleB(pair.First, size)) < least);
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
    private static readonly int[] s_directions = [0, 0, 1, 1, 1, 2];

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
