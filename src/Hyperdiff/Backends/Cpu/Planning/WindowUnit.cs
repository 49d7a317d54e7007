using Hyperdiff.Backends.Cpu.Plans;
using Hyperdiff.Backends.Cpu.WindowSums;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>A sum over what a window sees, which is not written out for it.</summary>
/// <param name="shape">The window.</param>
/// <param name="operands">What is read: the source, and the weights, if they are not ones.</param>
/// <param name="result">What is written.</param>
/// <param name="definition">What counts where the result is not finite; null if nothing else does.</param>
internal sealed class WindowUnit(WindowShape shape, Slot[] operands, Slot result, WindowDefinition? definition) : PlanUnit
{
    /// <inheritdoc/>
    public override IEnumerable<Slot> Reads => operands.Concat(definition?.Inputs ?? []).Distinct();

    /// <inheritdoc/>
    public override IEnumerable<Slot> Writes => [result];

    /// <inheritdoc/>
    public override Step Build(CpuResources resources)
    {
        (int, int, int) slots = (operands[0].Index, operands.Length == 1 ? -1 : operands[1].Index, result.Index);
        return result.Type.DType == DType.Float64
            ? new WindowStep<double>(shape, slots, definition?.Build(resources), resources.Pool)
            : new WindowStep<float>(shape, slots, definition?.Build(resources), resources.Pool);
    }
}
