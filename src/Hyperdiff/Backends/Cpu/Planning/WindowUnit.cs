using Hyperdiff.Backends.Cpu.Plans;
using Hyperdiff.Backends.Cpu.WindowSums;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>A sum over what a window sees, which is not written out for it.</summary>
internal sealed class WindowUnit(WindowShape shape, Slot source, Slot? weights, Slot result) : PlanUnit
{
    /// <inheritdoc/>
    public override IEnumerable<Slot> Reads => weights is null ? [source] : [source, weights];

    /// <inheritdoc/>
    public override IEnumerable<Slot> Writes => [result];

    /// <inheritdoc/>
    public override Step Build(CpuResources resources)
    {
        (int, int, int) slots = (source.Index, weights?.Index ?? -1, result.Index);
        return result.Type.DType == DType.Float64
            ? new WindowStep<double>(shape, slots, resources.Pool)
            : new WindowStep<float>(shape, slots, resources.Pool);
    }
}
