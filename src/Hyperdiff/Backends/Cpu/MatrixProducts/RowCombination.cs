using System.Numerics;
using System.Runtime.CompilerServices;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>y = Mᵀ·x: the rows of M, each times its element of x, added up.</summary>
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

        RowKernels<T, TVector, TLanes>.Combine(_problem.Matrix + first, _problem.Stride, _problem.Rows, width, _problem.Vector, y);
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
}
