using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Cpu.Plans;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>A value written among zeros in another order; where elements meet they are added, if they may meet.</summary>
internal sealed class ScatterUnit(ScatterOrder order, bool adds, Slot source, Slot result) : PlanUnit
{
    /// <inheritdoc/>
    public override IEnumerable<Slot> Reads => [source];

    /// <inheritdoc/>
    public override IEnumerable<Slot> Writes => [result];

    /// <inheritdoc/>
    public override Step Build(CpuResources resources) => (result.Type.DType, adds) switch
    {
        (DType.Float64, true) => new ScatterStep<double, Accumulation<double>>(order, source.Index, result.Index, resources.Pool),
        (DType.Float32, true) => new ScatterStep<float, Accumulation<float>>(order, source.Index, result.Index, resources.Pool),
        (DType.Float64, _) => new ScatterStep<double, Placement<double>>(order, source.Index, result.Index, resources.Pool),
        (DType.Float32, _) => new ScatterStep<float, Placement<float>>(order, source.Index, result.Index, resources.Pool),
        (DType.Int32, _) => new ScatterStep<int, Placement<int>>(order, source.Index, result.Index, resources.Pool),
        _ => new ScatterStep<bool, Placement<bool>>(order, source.Index, result.Index, resources.Pool),
    };
}
