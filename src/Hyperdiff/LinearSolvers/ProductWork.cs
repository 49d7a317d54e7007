using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff;

/// <summary>How much a product with an operator computes, by its graph: counted, so that what is decided by it repeats.</summary>
internal static class ProductWork
{
    /// <summary>The multiplications that the matrix products of a graph make; those within loops are not counted.</summary>
    public static long MultiplyAdds(Graph graph) => graph.Derive(Key.Instance, static counted => new Work(
        counted.Equations.Sum(equation => equation.Primitive is MatMul product ? MultiplyAdds(product, equation) : 0))).MultiplyAdds;

    private static long MultiplyAdds(MatMul product, Equation equation)
    {
        Shape left = equation.Operands[0].Type.Shape;
        return (long)equation.Results[0].Type.Shape.ElementCount * (product.TransposeLeft ? left[^2] : left[^1]);
    }

    private sealed record Work(long MultiplyAdds);

    private sealed record Key : IDerivation<Work>
    {
        public static Key Instance { get; } = new();
    }
}
