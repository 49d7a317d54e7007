using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>Errors that name the operands when these are arguments of a traced function.</summary>
internal static class Labelled
{
    public static ShapeMismatchException Mismatch(string message, Tensor left, Tensor right) => new(Named(message, left, right));

    public static DTypeMismatchException DTypes(string message, Tensor left, Tensor right) => new(Named(message, left, right));

    private static string Named(string message, Tensor left, Tensor right) =>
        Trace.Labels([left, right]) is { } labels ? $"{message} {labels}." : $"{message}.";
}
