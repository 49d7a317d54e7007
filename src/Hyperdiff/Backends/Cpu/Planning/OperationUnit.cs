using Hyperdiff.Backends.Cpu.Plans;
using Hyperdiff.Graphs;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>An operation on whole operands, by a kernel of its own or by its definition.</summary>
internal sealed class OperationUnit(Operation operation, (Slot Slot, Shape Shape)[] operands, Slot result) : PlanUnit
{
    /// <inheritdoc/>
    public override IEnumerable<Slot> Reads => operands.Select(operand => operand.Slot);

    /// <inheritdoc/>
    public override IEnumerable<Slot> Writes => [result];

    /// <inheritdoc/>
    public override Step Build(CpuResources resources) => new OperationStep(
        operation,
        OperationKernels.Find(operation, result.Type.DType),
        [.. operands.Select(operand => (operand.Slot.Index, operand.Shape))],
        (result.Index, result.Type.Shape),
        resources.Pool);
}
