using Hyperdiff.Graphs;

namespace Hyperdiff.Testing.Primitives;

/// <summary>A primitive with sample operands, on which every law of primitives is checked.</summary>
/// <param name="Primitive">The primitive.</param>
/// <param name="Operands">Points that are at least 0.05 from kinks, jumps, poles and ties.</param>
public sealed record PrimitiveCase(Primitive Primitive, params OperandSample[] Operands)
{
    /// <summary>The floating types that the case runs for; a primitive that holds a graph has the types of that graph.</summary>
    public IReadOnlyList<DType> DTypes { get; init; } = [DType.Float64, DType.Float32];

    /// <summary>Unique among the cases: the primitive with its parameters, and the operands.</summary>
    public string Name => $"{(Primitive.ReportResult is null ? Primitive : Primitive.GetType().Name)} {string.Join(' ', Operands.Select(Describe))}";

    /// <summary>The inputs that are differentiated in.</summary>
    public Axes Active => new([.. Enumerable.Range(0, Operands.Length).Where(i => Operands[i].IsActive)]);

    /// <summary>The operands for a floating type.</summary>
    public Tensor[] At(DType floating) => [.. Operands.Select(operand => operand.ToTensor(floating))];

    /// <inheritdoc/>
    public override string ToString() => Name;

    // ∂ marks what is differentiated in
    private static string Describe(OperandSample operand) => $"{(operand.IsActive ? "∂" : operand.DType?.Name())}{operand.Shape}";
}
