using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Cpu.Plans;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>A value written in another order.</summary>
internal sealed class GatherUnit(GatherOrder order, Slot source, Slot result) : PlanUnit
{
    /// <inheritdoc/>
    public override IEnumerable<Slot> Reads => [source];

    /// <inheritdoc/>
    public override IEnumerable<Slot> Writes => [result];

    /// <inheritdoc/>
    public override Step Build(CpuResources resources) => result.Type.DType switch
    {
        DType.Float64 => new GatherStep<double>(order, source.Index, result.Index, resources.Pool),
        DType.Float32 => new GatherStep<float>(order, source.Index, result.Index, resources.Pool),
        DType.Int32 => new GatherStep<int>(order, source.Index, result.Index, resources.Pool),
        _ => new GatherStep<bool>(order, source.Index, result.Index, resources.Pool),
    };
}
