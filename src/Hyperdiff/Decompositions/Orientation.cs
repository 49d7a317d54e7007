using System.Numerics.Tensors;

namespace Hyperdiff.Decompositions;

/// <summary>Which of a vector and its negative is returned, where a definition leaves the choice: the one whose element of largest magnitude is positive.</summary>
internal static class Orientation
{
    /// <summary>Turns a vector around if it has to be; returns whether it was.</summary>
    public static bool Normalize(Span<double> vector)
    {
        bool turned = !vector.IsEmpty && vector[TensorPrimitives.IndexOfMaxMagnitude<double>(vector)] < 0;
        if (turned)
        {
            TensorPrimitives.Negate<double>(vector, vector);
        }

        return turned;
    }
}
