using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>Finds the <see cref="RegisterTile{T, TVector, TLanes, TRows, TVectors, TLayout}"/> of a size, also for widths that do not fill a vector.</summary>
internal static unsafe class TileDispatch<T, TVector, TLanes>
    where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    /// <summary>Columns of the widest tile: two vectors.</summary>
    public static int Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * TLanes.Count;
    }

    /// <summary>The stored width of a packed panel with this many columns: one vector or two, the rest zeros.</summary>
    public static int PaddedWidth(int columns) => columns > TLanes.Count ? Width : TLanes.Count;

    /// <summary>Computes a tile of the result.</summary>
    /// <param name="rows">Its rows, from 1 to <see cref="IVectorLanes{T, TVector}.TileRows"/>.</param>
    /// <param name="columns">Its columns, from 1 to <see cref="Width"/>; whole vectors of the right operand must be readable.</param>
    /// <param name="operands">Its operands.</param>
    public static void Multiply<TLayout>(int rows, int columns, in TileOperands<T> operands)
        where TLayout : struct, IPanelLayout
    {
        if (columns == Width || columns == TLanes.Count)
        {
            Dispatch<TLayout>(rows, columns / TLanes.Count, operands);
        }
        else
        {
            MultiplyPartial<TLayout>(rows, columns, operands);
        }
    }

    [SkipLocalsInit]
    private static void MultiplyPartial<TLayout>(int rows, int columns, in TileOperands<T> operands)
        where TLayout : struct, IPanelLayout
    {
        int padded = PaddedWidth(columns);
        T* whole = stackalloc T[12 * Width];
        TileOperands<T> widened = operands;
        widened.Result = whole;
        widened.ResultStride = padded;
        widened.Accumulate = false;
        Dispatch<TLayout>(rows, padded / TLanes.Count, widened);
        for (int row = 0; row < rows; row++)
        {
            T* from = whole + (row * padded);
            T* to = operands.Result + (row * operands.ResultStride);
            if (columns > TLanes.Count)
            {
                TVector first = TLanes.Load(from);
                TLanes.Store(operands.Accumulate ? TLanes.Add(TLanes.Load(to), first) : first, to);
                from += TLanes.Count;
                to += TLanes.Count;
            }

            int rest = columns % TLanes.Count;
            TVector last = TLanes.Load(from);
            TLanes.StorePartial(operands.Accumulate ? TLanes.Add(TLanes.LoadPartial(to, rest), last) : last, to, rest);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dispatch<TLayout>(int rows, int vectors, in TileOperands<T> operands)
        where TLayout : struct, IPanelLayout
    {
        switch (rows, vectors)
        {
            case (12, 2): RegisterTile<T, TVector, TLanes, Twelve, Two, TLayout>.Multiply(operands); break;
            case (11, 2): RegisterTile<T, TVector, TLanes, Eleven, Two, TLayout>.Multiply(operands); break;
            case (10, 2): RegisterTile<T, TVector, TLanes, Ten, Two, TLayout>.Multiply(operands); break;
            case (9, 2): RegisterTile<T, TVector, TLanes, Nine, Two, TLayout>.Multiply(operands); break;
            case (8, 2): RegisterTile<T, TVector, TLanes, Eight, Two, TLayout>.Multiply(operands); break;
            case (7, 2): RegisterTile<T, TVector, TLanes, Seven, Two, TLayout>.Multiply(operands); break;
            case (6, 2): RegisterTile<T, TVector, TLanes, Six, Two, TLayout>.Multiply(operands); break;
            case (5, 2): RegisterTile<T, TVector, TLanes, Five, Two, TLayout>.Multiply(operands); break;
            case (4, 2): RegisterTile<T, TVector, TLanes, Four, Two, TLayout>.Multiply(operands); break;
            case (3, 2): RegisterTile<T, TVector, TLanes, Three, Two, TLayout>.Multiply(operands); break;
            case (2, 2): RegisterTile<T, TVector, TLanes, Two, Two, TLayout>.Multiply(operands); break;
            case (1, 2): RegisterTile<T, TVector, TLanes, One, Two, TLayout>.Multiply(operands); break;
            case (12, 1): RegisterTile<T, TVector, TLanes, Twelve, One, TLayout>.Multiply(operands); break;
            case (11, 1): RegisterTile<T, TVector, TLanes, Eleven, One, TLayout>.Multiply(operands); break;
            case (10, 1): RegisterTile<T, TVector, TLanes, Ten, One, TLayout>.Multiply(operands); break;
            case (9, 1): RegisterTile<T, TVector, TLanes, Nine, One, TLayout>.Multiply(operands); break;
            case (8, 1): RegisterTile<T, TVector, TLanes, Eight, One, TLayout>.Multiply(operands); break;
            case (7, 1): RegisterTile<T, TVector, TLanes, Seven, One, TLayout>.Multiply(operands); break;
            case (6, 1): RegisterTile<T, TVector, TLanes, Six, One, TLayout>.Multiply(operands); break;
            case (5, 1): RegisterTile<T, TVector, TLanes, Five, One, TLayout>.Multiply(operands); break;
            case (4, 1): RegisterTile<T, TVector, TLanes, Four, One, TLayout>.Multiply(operands); break;
            case (3, 1): RegisterTile<T, TVector, TLanes, Three, One, TLayout>.Multiply(operands); break;
            case (2, 1): RegisterTile<T, TVector, TLanes, Two, One, TLayout>.Multiply(operands); break;
            case (1, 1): RegisterTile<T, TVector, TLanes, One, One, TLayout>.Multiply(operands); break;
            default: throw new UnreachableException("A register tile has 1 to 12 rows of 1 or 2 vectors.");
        }
    }
}
