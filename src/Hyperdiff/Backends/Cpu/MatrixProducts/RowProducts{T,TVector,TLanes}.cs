using System.Diagnostics;
using System.Numerics;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>Products of a block of rows with a vector, in vectors of one width.</summary>
internal sealed unsafe class RowProducts<T, TVector, TLanes> : RowProducts<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    /// <inheritdoc/>
    public override void Multiply(ReadOnlySpan<T> block, ReadOnlySpan<T> x, Span<T> y)
    {
        Debug.Assert(block.Length == x.Length * y.Length, "the block has a row for every element of y");
        fixed (T* matrix = block, vector = x, result = y)
        {
            RowKernels<T, TVector, TLanes>.Dots(matrix, x.Length, y.Length, x.Length, vector, result, 1, accumulate: false);
        }
    }

    /// <inheritdoc/>
    public override void AddTransposed(ReadOnlySpan<T> block, ReadOnlySpan<T> x, Span<T> y)
    {
        Debug.Assert(block.Length == x.Length * y.Length, "the block has a row for every element of x");
        fixed (T* matrix = block, vector = x, result = y)
        {
            RowKernels<T, TVector, TLanes>.Combine(matrix, y.Length, x.Length, y.Length, vector, result);
        }
    }
}
