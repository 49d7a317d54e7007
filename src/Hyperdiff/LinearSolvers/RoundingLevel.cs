namespace Hyperdiff;

/// <summary>How large a residual rounding alone makes: how it changes when every number that it is computed from changes in its last place.</summary>
/// <remarks>A residual of that size belongs to the exact solution of a problem that cannot be told from the given one, and no iterate is known to be better.
/// Signs are random, from a fixed seed.</remarks>
internal static class RoundingLevel
{
    /// <summary>That of b − A x.</summary>
    public static double Of(LinearSystem system, Tensor[] x)
    {
        var random = new Random(1);
        return system.Epsilon / 2 * (system.Scale
            + new LeafVector(system.Matrix.Apply(Array.ConvertAll(x, leaf => leaf * Signs(leaf, random)))).Magnitude());
    }

    /// <summary>Numbers changed by a unit in the last place; those that are not floating are what they were.</summary>
    public static Tensor[] Shaken(Tensor[] leaves, Random random) => Array.ConvertAll(leaves, leaf =>
    {
        if (!leaf.DType.IsFloating())
        {
            return leaf;
        }

        // how many signs a share of the samples takes is another number on each rank, and what follows is the same on all
        Tensor signs = Signs(leaf, leaf.Type.VariesAcross is null ? random : new Random(random.Next()));
        return leaf + (Tensor.Scalar(leaf.DType.Epsilon()).To(leaf.DType) * leaf * signs);
    });

    /// <summary>1 or −1 for every element.</summary>
    public static Tensor Signs(Tensor leaf, Random random) =>
        Tensor.From([.. Enumerable.Range(0, leaf.Shape.ElementCount).Select(_ => random.Next(2) == 0 ? -1.0 : 1.0)], leaf.Shape).To(leaf.DType);
}
