using Hyperdiff.Decompositions;
using Hyperdiff.Graphs;

namespace Hyperdiff.Testing.Samples;

/// <summary>A primitive with sample operands, on which every law of primitives is checked.</summary>
/// <param name="Primitive">The primitive.</param>
/// <param name="Operands">Points that are at least 0.05 from kinks, jumps, poles and ties.</param>
internal sealed record PrimitiveCase(Primitive Primitive, params OperandSample[] Operands)
{
    /// <summary>The floating types that the case runs for; a primitive that holds a graph has the types of that graph.</summary>
    public IReadOnlyList<DType> DTypes { get; init; } = [DType.Float64, DType.Float32];

    /// <summary>Unique among the cases: the primitive with its parameters, and the operands.</summary>
    public string Name => $"{(Primitive is Operation or MatrixPrimitive ? Primitive : Holder())} {string.Join(' ', Operands.Select(Describe))}";

    /// <summary>The inputs that are differentiated in.</summary>
    public Axes Active => new([.. Enumerable.Range(0, Operands.Length).Where(i => Operands[i].IsActive)]);

    /// <summary>The operands for a floating type.</summary>
    public Tensor[] At(DType floating) => [.. Operands.Select(operand => operand.ToTensor(floating))];

    /// <inheritdoc/>
    public override string ToString() => Name;

    // a primitive that holds graphs is told from others of its kind by its other parameters
    private string Holder() => Primitive switch
    {
        ScanLoop loop => $"ScanLoop {(loop.Reverse ? "reverse " : string.Empty)}{(loop.Counted ? "counted " : string.Empty)}{loop.Checkpointing}",
        _ => Primitive.GetType().Name,
    };

    // ∂ marks what is differentiated in
    private static string Describe(OperandSample operand) => $"{(operand.IsActive ? "∂" : operand.DType?.Name())}{operand.Shape}";
}
