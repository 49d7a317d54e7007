using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>Shape errors that name the operands when these are arguments of a traced function.</summary>
internal static class Labelled
{
    public static ShapeMismatchException Mismatch(string message, Tensor left, Tensor right)
    {
        string? labels = Trace.Labels([left, right]);
        return new ShapeMismatchException(labels is null ? $"{message}." : $"{message} {labels}.");
    }
}
