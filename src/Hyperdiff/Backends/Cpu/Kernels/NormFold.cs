using System.Numerics.Tensors;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Takes the Euclidean norm: of a span that of its elements, of two norms √(x² + y²).</summary>
/// <remarks>
/// A span is squared as it is, and only if its sum of squares is out of the range in which that is accurate, once more with a power of two before: the usual
/// case pays one comparison. Both give the same bits, but for that power.
/// </remarks>
internal readonly struct NormFold : IFold
{
    /// <inheritdoc/>
    static bool IFold.HasVectors => false;

    /// <inheritdoc/>
    static T IFold.Of<T>(ReadOnlySpan<T> x)
    {
        T sum = PairwiseSum.OfSquares(x, T.One);
        if (sum >= T.CreateTruncating(LeastSum<T>()) && T.IsFinite(sum))
        {
            return T.Sqrt(sum);
        }

        T greatest = T.Abs(TensorPrimitives.MaxMagnitude(x));
        (T scale, T reciprocal) = SquaringScale.Of(greatest);
        return T.Sqrt(PairwiseSum.OfSquares(x, scale)) * reciprocal;
    }

    /// <inheritdoc/>
    static T IFold.Of<T>(T x, T y) => Hypot.Instance.Map(x, y);

    /// <inheritdoc/>
    static void IFold.Of<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => VectorMapOfTwo<HypotFunction>.Apply(x, y, result);

    // 2⁻⁸⁰ and 2⁻⁹⁰⁰: what such a sum has lost to underflow is below 2⁻⁶⁰ of it
    private static double LeastSum<T>() => typeof(T) == typeof(float) ? 8.271806125530277e-25 : 1.1830521861667747e-271;
}
