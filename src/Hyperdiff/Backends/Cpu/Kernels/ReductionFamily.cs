using System.Diagnostics;
using System.Numerics;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>The kernels of a reduction for every kind and element type.</summary>
internal abstract class ReductionFamily
{
    /// <summary>The kernel.</summary>
    /// <param name="kind">What is folded.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="grid">The cut of the domain.</param>
    /// <param name="partials">The slot for the chunks' results; unused for columns.</param>
    /// <param name="result">The slot of the result.</param>
    public abstract TileReduction Make(ReductionKind kind, DType dtype, TileGrid grid, int partials, int result);

    /// <summary>Whether it folds elements where they lie, at any distance.</summary>
    public abstract bool IsStrided { get; }

    /// <summary>Folds a part of what lies at any distance; only where <see cref="IsStrided"/>.</summary>
    /// <param name="fold">What is folded.</param>
    /// <param name="source">The source.</param>
    /// <param name="result">The result.</param>
    /// <param name="part">Which of its parts.</param>
    public abstract void Fold(StridedFold fold, HostArray source, HostArray result, int part);
}

/// <summary>The kernels of the reduction with a fold.</summary>
internal sealed class ReductionFamily<TFold> : ReductionFamily
    where TFold : struct, IFold
{
    /// <inheritdoc/>
    public override TileReduction Make(ReductionKind kind, DType dtype, TileGrid grid, int partials, int result) =>
        dtype == DType.Float64 ? Make<double>(kind, grid, partials, result) : Make<float>(kind, grid, partials, result);

    /// <inheritdoc/>
    public override bool IsStrided => TFold.HasVectors;

    /// <inheritdoc/>
    public override void Fold(StridedFold fold, HostArray source, HostArray result, int part)
    {
        if (result.Type.DType == DType.Float64)
        {
            fold.Fold<double, TFold>(source.AsSpan<double>(), result.AsSpan<double>(), part);
        }
        else
        {
            fold.Fold<float, TFold>(source.AsSpan<float>(), result.AsSpan<float>(), part);
        }
    }

    private static TileReduction Make<T>(ReductionKind kind, TileGrid grid, int partials, int result)
        where T : unmanaged, IFloatingPointIeee754<T> => kind switch
        {
            ReductionKind.All => new ReduceAll<T, TFold>(partials, result),
            ReductionKind.Columns => new ReduceColumns<T, TFold>(grid, result),
            ReductionKind.Rows => new ReduceRows<T, TFold>(grid, partials, result),
            _ => throw new UnreachableException($"{kind} is not a reduction"),
        };
}
