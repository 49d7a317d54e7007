using Hyperdiff.Backends.Cpu.Plans;
using Hyperdiff.Graphs;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>A primitive that works on tensors.</summary>
internal sealed class PrimitiveUnit(Primitive primitive, (View View, TensorType Type)[] operands) : PlanUnit
{
    /// <summary>Its results.</summary>
    public Slot[] Results { get; set; } = [];

    /// <summary>A result of the exchange between ranks before it: plans for shares of other sizes may differ, and exchanges keep their order in
    /// all.</summary>
    public Slot? After { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Slot> Reads =>
        operands.Where(operand => operand.View.Slot is not null).Select(operand => operand.View.Slot!).Concat(After is null ? [] : [After]);

    /// <inheritdoc/>
    public override IEnumerable<Slot> Writes => Results;

    /// <inheritdoc/>
    public override Step Build(CpuResources resources) => new PrimitiveStep(
        primitive,
        resources.Backend,
        [.. operands.Select(operand => operand.View.Slot is { } slot
            ? new TensorSource(operand.Type, slot.Index, 0)
            : new TensorSource(operand.Type, operand.View.Constant))],
        [.. Results.Select(result => new PlanInput(result.Index, result.IsRead))]);
}
