namespace Hyperdiff;

/// <summary>How large a residual rounding alone makes: how it changes when every number that it is computed from changes in its last place.</summary>
/// <remarks>A residual of that size belongs to the exact solution of a problem that cannot be told from the given one, and no iterate is known to be better. Signs are random, from a fixed seed.</remarks>
internal static class RoundingLevel
{
    private const int Seed = 1;

    /// <summary>That of b − A x.</summary>
    public static double Of(LinearSystem system, Tensor[] x) => system.Epsilon * (system.Scale + new LeafVector(system.Matrix.Apply(Signed(x))).Norm().ToScalar());

    /// <summary>The numbers with random signs.</summary>
    public static Tensor[] Signed(Tensor[] leaves)
    {
        var random = new Random(Seed);
        return Array.ConvertAll(leaves, leaf => leaf * Tensor.From([.. Enumerable.Range(0, leaf.Shape.ElementCount).Select(_ => random.Next(2) == 0 ? -1.0 : 1.0)], leaf.Shape).To(leaf.DType));
    }
}
