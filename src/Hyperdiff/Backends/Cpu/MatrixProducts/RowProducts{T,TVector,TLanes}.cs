using System.Diagnostics;
using System.Numerics;
using Hyperdiff.Backends.Cpu.Kernels;

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

    /// <inheritdoc/>
    public override int MostNormalColumns => TLanes.RowVectors * TLanes.Count;

    /// <inheritdoc/>
    public override void AddNormal(ReadOnlySpan<T> block, ReadOnlySpan<T> x, in NormalFactors<T> factors, Span<T> y)
    {
        Debug.Assert(x.Length == y.Length && x.Length <= MostNormalColumns && block.Length % x.Length == 0, "rows as long as x and y");
        if (x.Length % TLanes.Count == 0)
        {
            AddNormalRows<No>(block, x, factors, y);
        }
        else
        {
            AddNormalRows<Yes>(block, x, factors, y);
        }
    }

    private static void AddNormalRows<TLastIsPartial>(ReadOnlySpan<T> block, ReadOnlySpan<T> x, in NormalFactors<T> factors, Span<T> y)
        where TLastIsPartial : struct, IFlag
    {
        switch ((x.Length + TLanes.Count - 1) / TLanes.Count)
        {
            case 1:
                NormalRows<T, TVector, TLanes, One, TLastIsPartial>.Add(block, x, factors, y);
                break;
            case 2:
                NormalRows<T, TVector, TLanes, Two, TLastIsPartial>.Add(block, x, factors, y);
                break;
            case 3:
                NormalRows<T, TVector, TLanes, Three, TLastIsPartial>.Add(block, x, factors, y);
                break;
            case 4:
                NormalRows<T, TVector, TLanes, Four, TLastIsPartial>.Add(block, x, factors, y);
                break;
            case 5:
                NormalRows<T, TVector, TLanes, Five, TLastIsPartial>.Add(block, x, factors, y);
                break;
            case 6:
                NormalRows<T, TVector, TLanes, Six, TLastIsPartial>.Add(block, x, factors, y);
                break;
            case 7:
                NormalRows<T, TVector, TLanes, Seven, TLastIsPartial>.Add(block, x, factors, y);
                break;
            case 8:
                NormalRows<T, TVector, TLanes, Eight, TLastIsPartial>.Add(block, x, factors, y);
                break;
            case 9:
                NormalRows<T, TVector, TLanes, Nine, TLastIsPartial>.Add(block, x, factors, y);
                break;
            case 10:
                NormalRows<T, TVector, TLanes, Ten, TLastIsPartial>.Add(block, x, factors, y);
                break;
            case 11:
                NormalRows<T, TVector, TLanes, Eleven, TLastIsPartial>.Add(block, x, factors, y);
                break;
            case 12:
                NormalRows<T, TVector, TLanes, Twelve, TLastIsPartial>.Add(block, x, factors, y);
                break;
            case 13:
                NormalRows<T, TVector, TLanes, Thirteen, TLastIsPartial>.Add(block, x, factors, y);
                break;
            default:
                NormalRows<T, TVector, TLanes, Fourteen, TLastIsPartial>.Add(block, x, factors, y);
                break;
        }
    }
}
