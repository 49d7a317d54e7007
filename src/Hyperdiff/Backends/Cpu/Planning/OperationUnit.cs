using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Cpu.Plans;
using Hyperdiff.Graphs;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>An operation on whole operands, by a kernel of its own or by its definition.</summary>
/// <param name="operation">The operation.</param>
/// <param name="operands">Its operands.</param>
/// <param name="result">Its result.</param>
/// <param name="kernel">The kernel; null for that of the table.</param>
internal sealed class OperationUnit(Operation operation, (Slot Slot, Shape Shape)[] operands, Slot result, OperationKernel? kernel = null) : PlanUnit
{
    /// <inheritdoc/>
    public override IEnumerable<Slot> Reads => operands.Select(operand => operand.Slot);

    /// <inheritdoc/>
    public override IEnumerable<Slot> Writes => [result];

    /// <inheritdoc/>
    public override Step Build(CpuResources resources) => new OperationStep(
        operation,
        kernel ?? OperationKernels.Find(operation, operands[0].Slot.Type.DType, result.Type.DType),
        [.. operands.Select(operand => (operand.Slot.Index, operand.Shape))],
        (result.Index, result.Type.Shape),
        resources.Pool);
}
