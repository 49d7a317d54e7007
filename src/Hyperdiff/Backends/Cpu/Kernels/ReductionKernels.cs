using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>The folds of the reducing primitives: one line each. A reduction without a line runs by its definition.</summary>
internal static class ReductionKernels
{
    private static readonly Dictionary<Type, ReductionFamily> s_families = new()
    {
        [typeof(Sum)] = new ReductionFamily<SumFold>(),
        [typeof(Max)] = new ReductionFamily<MaxFold>(),
        [typeof(Min)] = new ReductionFamily<MinFold>(),
        [typeof(EuclideanNorm)] = new ReductionFamily<NormFold>(),
    };

    /// <summary>The kernels of a reduction; null if there are none.</summary>
    public static ReductionFamily? Find(Operation operation, DType dtype) => dtype.IsFloating() ? s_families.GetValueOrDefault(operation.GetType()) : null;
}
