using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Vectors that code of the user's returns.</summary>
internal static class GivenVector
{
    /// <summary>Refuses a vector with other leaves than it should have.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="types">The types of its leaves.</param>
    /// <param name="whose">Whose code made it.</param>
    /// <param name="what">What it is.</param>
    /// <exception cref="InvalidOperationException">A leaf is null.</exception>
    /// <exception cref="ShapeMismatchException">The leaves are of other types.</exception>
    public static void Require(LeafVector vector, ImmutableArray<TensorType> types, string whose, string what)
    {
        if (vector.Leaves is null || Array.IndexOf(vector.Leaves, null) >= 0)
        {
            throw new InvalidOperationException($"{whose}: {what} has a leaf that is null; every leaf must be a tensor.");
        }

        if (!TensorType.AreLike(vector.Leaves.Select(leaf => leaf.Type), types))
        {
            throw new ShapeMismatchException(
                $"{whose}: {what} is ({string.Join(", ", vector.Leaves.Select(leaf => leaf.Type))}), and the problem is on ({string.Join(", ", types)}).");
        }
    }
}
