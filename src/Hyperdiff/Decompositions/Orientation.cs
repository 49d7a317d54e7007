using System.Numerics;
using System.Numerics.Tensors;

namespace Hyperdiff.Decompositions;

/// <summary>Which of a vector and its negative is returned, where a definition leaves the choice: the one whose element of largest magnitude is
/// positive.</summary>
internal static class Orientation
{
    // Vectors such as (1, −1) are common, and rounding must not decide: elements this close to the largest count as equal to it, and the first of them decides.
    // √ε, and ε^½ of float.
    internal const double Equal = 1 - 1.5e-8, EqualInSingle = 1 - 3.5e-4;

    /// <summary>Whether a vector, which has elements, is the other one.</summary>
    public static bool IsTurned<T>(ReadOnlySpan<T> vector)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T threshold = T.CreateChecked(typeof(T) == typeof(float) ? EqualInSingle : Equal) * T.Abs(TensorPrimitives.MaxMagnitude(vector));
        int first = 0;
        while (T.Abs(vector[first]) < threshold)
        {
            first++;
        }

        return vector[first] < T.Zero;
    }
}
