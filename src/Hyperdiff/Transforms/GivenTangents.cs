using Hyperdiff.Graphs;

namespace Hyperdiff.Transforms;

/// <summary>The tangents that a tangent rule was given, without those that are structurally zero.</summary>
/// <param name="Active">The operands that have one.</param>
/// <param name="Directions">Those tangents.</param>
internal readonly record struct GivenTangents(Axes Active, Tensor[] Directions)
{
    /// <summary>From what a rule is given, null standing for zero.</summary>
    public static GivenTangents Of(ReadOnlySpan<Tensor?> tangents)
    {
        var active = new List<int>();
        var directions = new List<Tensor>();
        for (int i = 0; i < tangents.Length; i++)
        {
            if (tangents[i] is { } tangent)
            {
                active.Add(i);
                directions.Add(tangent);
            }
        }

        return new GivenTangents([.. active], [.. directions]);
    }

    /// <summary>The tangents of the results of a primitive that is a graph.</summary>
    public Tensor?[] Along(Graph graph, ReadOnlySpan<Tensor> point) => LinearMap.At(graph, point, Active).Apply(Directions).Tangents;
}
