using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>Errors that name the operands when these are arguments of a traced function.</summary>
internal static class Labelled
{
    public static ShapeMismatchException Mismatch(string message, Tensor left, Tensor right) => new(Named(message, left, right));

    public static DTypeMismatchException DTypes(string message, Tensor left, Tensor right) => new(Named(message, left, right));

    /// <summary>What to convert where element types differ: integers and truth values to numbers that hold fractions, not the other way.</summary>
    public static string Conversion(DType left, DType right) => $"convert one: tensor.To(DType.{Common(left, right)})";

    /// <summary>The element type of the two that holds the values of both: of two floating ones the first.</summary>
    public static DType Common(DType left, DType right) => left.IsFloating() || right == DType.Bool || (left == DType.Int32 && !right.IsFloating())
        ? left : right;

    private static string Named(string message, Tensor left, Tensor right) =>
        Trace.Labels([left, right]) is { } labels ? $"{message} {labels}." : $"{message}.";
}
