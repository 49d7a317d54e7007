using Hyperdiff.Backends.Cpu.Plans;
using Hyperdiff.Graphs;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>An operation that runs by its definition.</summary>
internal sealed class OperationUnit(Operation operation, (Slot Slot, Shape Shape)[] operands, Slot result) : PlanUnit
{
    /// <inheritdoc/>
    public override IEnumerable<Slot> Reads => operands.Select(operand => operand.Slot);

    /// <inheritdoc/>
    public override IEnumerable<Slot> Writes => [result];

    /// <inheritdoc/>
    public override Step Build(CpuResources resources) =>
        new OperationStep(operation, [.. operands.Select(operand => (operand.Slot.Index, operand.Shape))], (result.Index, result.Type.Shape));
}
