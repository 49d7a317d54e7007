using Hyperdiff.Backends.Cpu.Tiles;
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

    /// <summary>The sum of all products of two operands.</summary>
    /// <param name="operand">The element type of both operands.</param>
    /// <param name="dtype">That of the sum: the same, or <c>float64</c>.</param>
    /// <param name="partials">The slot for the chunks' results.</param>
    /// <param name="result">The slot of the result.</param>
    public static TileReduction OfProducts(DType operand, DType dtype, int partials, int result) => (operand, dtype) switch
    {
        (DType.Float64, _) => new DotReduction<double>(partials, result),
        (_, DType.Float64) => new WidenedDotReduction(partials, result),
        _ => new DotReduction<float>(partials, result),
    };
}
