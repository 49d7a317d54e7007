using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Cpu.Plans;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>A reduction over axes in the middle, or over what a window sees.</summary>
internal sealed class FoldUnit(ReductionFamily family, StridedFold fold, Slot source, Slot result) : PlanUnit
{
    /// <inheritdoc/>
    public override IEnumerable<Slot> Reads => [source];

    /// <inheritdoc/>
    public override IEnumerable<Slot> Writes => [result];

    /// <inheritdoc/>
    public override Step Build(CpuResources resources) => new FoldStep(family, fold, (source.Index, result.Index), resources.Pool);
}
