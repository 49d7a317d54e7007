using System.Numerics;
using System.Runtime.CompilerServices;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>y = Mᵀ·x: the rows of M, each times its element of x, added up eight rows at a time so that y is read and written once for eight.</summary>
/// <remarks>x must be contiguous. Threads share the columns: each adds all rows, in order, over its strip of y.</remarks>
internal readonly unsafe struct RowCombination<T, TVector, TLanes>(VectorProblem<T> problem) : ITileWork
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    // A strip of a row of doubles is one page: the strip of y stays in L1 and the rows are read in runs that the hardware prefetches.
    private const int ColumnsPerTile = 512;

    private readonly VectorProblem<T> _problem = problem;
    private readonly EvenSplit _tiles = EvenSplit.ByLimit(problem.Columns, ColumnsPerTile);

    public int Count => _tiles.Parts;

    /// <inheritdoc/>
    [SkipLocalsInit]
    public void Execute(int tile)
    {
        int first = _tiles.Start(tile), width = _tiles.Size(tile);
        T* apart = stackalloc T[ColumnsPerTile];
        T* y = _problem.ResultStep == 1 ? _problem.Result + first : apart;
        Begin(first, width, y);

        nint stride = _problem.Stride;
        T* rows = _problem.Matrix + first;
        T* x = _problem.Vector;
        int row = 0;
        for (; row + 8 <= _problem.Rows; row += 8)
        {
            AddRows<Eight>(rows + (row * stride), stride, x + row, width, y);
        }

        if (row + 4 <= _problem.Rows)
        {
            AddRows<Four>(rows + (row * stride), stride, x + row, width, y);
            row += 4;
        }

        for (; row < _problem.Rows; row++)
        {
            AddRows<One>(rows + (row * stride), stride, x + row, width, y);
        }

        if (y == apart)
        {
            for (int j = 0; j < width; j++)
            {
                _problem.Result[(first + j) * _problem.ResultStep] = y[j];
            }
        }
    }

    private void Begin(int first, int width, T* y)
    {
        if (!_problem.Accumulate)
        {
            new Span<T>(y, width).Clear();
        }
        else if (_problem.ResultStep != 1)
        {
            for (int j = 0; j < width; j++)
            {
                y[j] = _problem.Result[(first + j) * _problem.ResultStep];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRows<TRows>(T* row0, nint stride, T* x, nint width, T* y)
        where TRows : struct, IConstant
    {
        T* row1 = row0 + stride, row2 = row1 + stride, row3 = row2 + stride;
        T* row4 = row3 + stride, row5 = row4 + stride, row6 = row5 + stride, row7 = row6 + stride;
        TVector x0 = TLanes.Broadcast(x[0]), x1 = x0, x2 = x0, x3 = x0, x4 = x0, x5 = x0, x6 = x0, x7 = x0;
        if (TRows.Value >= 4)
        {
            (x1, x2, x3) = (TLanes.Broadcast(x[1]), TLanes.Broadcast(x[2]), TLanes.Broadcast(x[3]));
        }

        if (TRows.Value >= 8)
        {
            (x4, x5) = (TLanes.Broadcast(x[4]), TLanes.Broadcast(x[5]));
            (x6, x7) = (TLanes.Broadcast(x[6]), TLanes.Broadcast(x[7]));
        }

        nint j = 0;
        for (; j + TLanes.Count <= width; j += TLanes.Count)
        {
            TVector sum = TLanes.MultiplyAdd(TLanes.Load(row0 + j), x0, TLanes.Load(y + j));
            if (TRows.Value >= 4)
            {
                sum = TLanes.MultiplyAdd(TLanes.Load(row1 + j), x1, sum);
                sum = TLanes.MultiplyAdd(TLanes.Load(row2 + j), x2, sum);
                sum = TLanes.MultiplyAdd(TLanes.Load(row3 + j), x3, sum);
            }

            if (TRows.Value >= 8)
            {
                sum = TLanes.MultiplyAdd(TLanes.Load(row4 + j), x4, sum);
                sum = TLanes.MultiplyAdd(TLanes.Load(row5 + j), x5, sum);
                sum = TLanes.MultiplyAdd(TLanes.Load(row6 + j), x6, sum);
                sum = TLanes.MultiplyAdd(TLanes.Load(row7 + j), x7, sum);
            }

            TLanes.Store(sum, y + j);
        }

        for (; j < width; j++)
        {
            T sum = y[j];
            for (int row = 0; row < TRows.Value; row++)
            {
                sum += row0[(row * stride) + j] * x[row];
            }

            y[j] = sum;
        }
    }
}
