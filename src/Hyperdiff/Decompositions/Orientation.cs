using System.Numerics.Tensors;

namespace Hyperdiff.Decompositions;

/// <summary>Which of a vector and its negative is returned, where a definition leaves the choice: the one whose element of largest magnitude is
/// positive.</summary>
internal static class Orientation
{
    // Vectors such as (1, −1) are common, and rounding must not decide: elements this close to the largest count as equal to it, and the first of them decides.
    // √ε.
    internal const double Equal = 1 - 1.5e-8;

    /// <summary>Whether a vector, which has elements, is the other one.</summary>
    public static bool IsTurned(ReadOnlySpan<double> vector)
    {
        double threshold = Equal * Math.Abs(TensorPrimitives.MaxMagnitude(vector));
        int first = 0;
        while (Math.Abs(vector[first]) < threshold)
        {
            first++;
        }

        return vector[first] < 0;
    }
}
