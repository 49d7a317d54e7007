using System.Globalization;
using Hyperdiff.Decompositions;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Hyperdiff.Transforms;

namespace Hyperdiff.Testing;

/// <summary>How near two backends must come to each other.</summary>
/// <param name="Units">By how many units in its last place an element may differ; 0 for the same bits.</param>
/// <param name="Roundings">Or by how many roundings of the greatest element of the result, of one that is less than 1 of 1.</param>
/// <param name="OfOne">Or by how many roundings of 1, where a result is a difference of numbers of that size.</param>
/// <param name="TellsZeros">Whether −0 is not 0.</param>
internal readonly record struct Closeness(double Units, double Roundings = 0, double OfOne = 0, bool TellsZeros = false)
{
    /// <summary>The same bits; of what is not a number, the same holds of any.</summary>
    public static Closeness Exact { get; } = new(0, TellsZeros: true);

    /// <summary>The same numbers; which of two zeros is left open, as where one of equal numbers is chosen.</summary>
    public static Closeness ExactNumbers { get; } = new(0);

    /// <summary>One correct rounding on either side.</summary>
    public static Closeness Arithmetic { get; } = new(1);

    /// <summary>A function of a library is within 4 units of the last place, on either side.</summary>
    public static Closeness Function { get; } = new(8);

    /// <summary>Rational approximations, and what is made of several functions: 16 units on either side.</summary>
    public static Closeness Composed { get; } = new(32);

    /// <summary>Sums, and what is made of them: on either side a chain of at most 32 roundings of numbers that are no greater than the result or 1; samples are
    /// made so.</summary>
    public static Closeness Accumulated { get; } = new(0, Roundings: 64);

    /// <summary>Decompositions of matrices whose condition is at most some tens.</summary>
    public static Closeness Decomposed { get; } = new(0, Roundings: 1024);

    /// <summary>What is asked of a primitive.</summary>
    public static Closeness Of(Primitive primitive) => primitive switch
    {
        Fill or RandomBits or BroadcastTo or Reshape or Permute or Slice or Pad or Band or Windows or Concat or Take or OneHot or Where or Negate or Abs
            or StopGradient or Hyperdiff.Primitives.Convert or ArgSort or ArgExtremum or Comparison or Logic or IsFinite => Exact,
        Extremum or Maximum or Minimum or PiecewiseConstant => ExactNumbers,
        Add or Subtract or Multiply or Divide or Sqrt => Arithmetic,

        // near their zeros they are differences
        LogGamma or Polygamma => new(64, OfOne: 64),
        BinaryCrossEntropySlope or SiluSlope or GeluSlope => new(32, OfOne: 4),
        Erf or Erfc or ErfInv or ErfcInv or BinaryCrossEntropy or Cosine or NumberPower or Power or Modulo or SechSquared or OneMinusSquare
            or Gaussian or Hypot or Atan2 or Sigmoid or Softplus or Silu or Gelu => Composed,
        Unary or Binary => Function,
        MatrixPrimitive => Decomposed,
        ItemByItem item => Of(item.Each),
        _ => Accumulated,
    };

    /// <summary>The looser of two.</summary>
    public Closeness Or(Closeness other) =>
        new(Math.Max(Units, other.Units), Math.Max(Roundings, other.Roundings), Math.Max(OfOne, other.OfOne), TellsZeros && other.TellsZeros);

    /// <summary>What differs between tensors on the host, and by how much; null if they agree.</summary>
    public string? Difference(IReadOnlyList<Tensor> expected, IReadOnlyList<Tensor> actual)
    {
        if (expected.Count != actual.Count)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{actual.Count} results instead of {expected.Count}");
        }

        for (int i = 0; i < expected.Count; i++)
        {
            if (Difference(expected[i], actual[i]) is { } difference)
            {
                return string.Create(CultureInfo.InvariantCulture, $"result {i}{difference}");
            }
        }

        return null;
    }

    /// <summary>What differs between two tensors on the host, and by how much; null if they agree.</summary>
    public string? Difference(Tensor expected, Tensor actual)
    {
        if (expected.Type != actual.Type)
        {
            return $" is of type {actual.Type} instead of {expected.Type}";
        }

        double[] wanted = Numbers(expected), found = Numbers(actual);
        bool floating = expected.DType.IsFloating();
        double scale = floating
            ? expected.DType.Epsilon() * (OfOne + (Roundings * Math.Max(1, wanted.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max())))
            : 0;
        for (int i = 0; i < wanted.Length; i++)
        {
            double allowed = floating ? scale + (Units * UnitOf(wanted[i], expected.DType)) : 0;
            bool same = double.IsNaN(wanted[i]) ? double.IsNaN(found[i])
                : wanted[i] == found[i] ? !TellsZeros || double.IsNegative(wanted[i]) == double.IsNegative(found[i])
                : Math.Abs(wanted[i] - found[i]) <= allowed;
            if (!same)
            {
                return string.Create(CultureInfo.InvariantCulture, $"[{i}] is {found[i]:R} instead of {wanted[i]:R} ± {allowed:G3}");
            }
        }

        return null;
    }

    /// <summary>All elements as numbers.</summary>
    public static double[] Numbers(Tensor tensor) => tensor.To(DType.Float64).ToArray<double>();

    // a unit in the last place, that of subnormal numbers included
    private static double UnitOf(double number, DType type) => !double.IsFinite(number) ? 0
        : type == DType.Float64 ? Math.Max(Math.BitIncrement(0.0), Math.Abs(number) - Math.BitDecrement(Math.Abs(number)))
        : Math.Max(MathF.BitIncrement(0f), Math.Abs((float)number) - MathF.BitDecrement(Math.Abs((float)number)));
}
