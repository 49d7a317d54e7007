namespace Hyperdiff.Graphs;

/// <summary>One floating type in place of the other; integers and truth values stay.</summary>
/// <param name="From">The type that is replaced.</param>
/// <param name="To">The type that stands for it.</param>
/// <param name="Within">The same of a graph within; null if there is none.</param>
internal sealed record Retyping(DType From, DType To, Func<Graph, Graph?> Within)
{
    /// <summary>Whether tangents are brought to the other type and values stay as they are: then what computes values again has no such primitive.</summary>
    public bool KeepsValues { get; init; }

    /// <summary>An element type.</summary>
    public DType Of(DType type) => type == From ? To : type;

    /// <summary>The type of a value.</summary>
    public TensorType Of(TensorType type) => type.DType == From ? type with { DType = To } : type;

    /// <summary>A graph within a primitive; null if there is none.</summary>
    public Graph? Of(Graph graph) => Within(graph);

    /// <summary>The primitive of an equation; null if there is none whose results are of the other type.</summary>
    public Primitive? Of(Equation equation)
    {
        if (equation.Primitive.Retyped(this) is not { } primitive)
        {
            return null;
        }

        TensorType[] operands = [.. equation.Operands.Select(operand => Of(operand.Type))];
        return primitive.Infer(operands).SequenceEqual(equation.Results.Select(result => Of(result.Type))) ? primitive : null;
    }
}
