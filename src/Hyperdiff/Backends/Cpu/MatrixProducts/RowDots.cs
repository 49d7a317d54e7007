using System.Numerics;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>y = M·x: each element of y is the dot product of a row with x.</summary>
/// <remarks>x must be contiguous. Threads share the rows.</remarks>
internal readonly unsafe struct RowDots<T, TVector, TLanes>(VectorProblem<T> problem) : ITileWork
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    // the kernel takes so many at a time
    private const int LeastRows = 4;

    // 256 KiB of doubles: a few tens of microseconds of memory traffic, enough to be worth handing to another thread.
    private const int ElementsPerTile = 1 << 15;

    private readonly VectorProblem<T> _problem = problem;
    private readonly EvenSplit _tiles = EvenSplit.ByLimit(problem.Rows, Math.Max(LeastRows, ElementsPerTile / problem.Columns));

    public int Count => _tiles.Parts;

    /// <inheritdoc/>
    public void Execute(int tile)
    {
        int first = _tiles.Start(tile);
        RowKernels<T, TVector, TLanes>.Dots(
            _problem.Matrix + (first * _problem.Stride), _problem.Stride, _tiles.Size(tile), _problem.Columns, _problem.Vector,
            _problem.Result + (first * _problem.ResultStep), _problem.ResultStep, _problem.Accumulate);
    }
}
