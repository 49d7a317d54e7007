using System.Numerics;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>A few rows times a large matrix that is stored transposed: bound by reading the matrix, of which a block at a time meets all rows while it is in
/// L1.</summary>
internal readonly unsafe struct FewRowsProduct<T, TVector, TLanes>(ProductProblem<T> problem) : ITileWork
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    // beyond, packing the matrix pays
    private const int MostRows = 8;

    // below, the sum over the lanes of a vector at the end of each element costs too much, or there is little to share
    private const int LeastVectors = 8;
    private const int LeastColumns = 32;

    // that many lines of the matrix are taken at a time by the kernel
    private const int LeastLines = 4;
    private const int BytesPerBlock = 1 << 14;
    private const int ElementsPerTile = 1 << 15;

    private readonly ProductProblem<T> _problem = problem;
    private readonly EvenSplit _tiles = EvenSplit.ByLimit(problem.Columns, Math.Max(LeastLines, ElementsPerTile / problem.Inner));

    /// <summary>How many tiles there are.</summary>
    public int Count => _tiles.Parts;

    /// <summary>Whether the product is such a one.</summary>
    public static bool Fits(in ProductProblem<T> problem) =>
        problem is { Rows: <= MostRows, LeftInnerStep: 1, RightInnerStep: 1, Columns: >= LeastColumns } && problem.Inner >= LeastVectors * TLanes.Count;

    /// <inheritdoc/>
    public void Execute(int tile)
    {
        int lines = Math.Max(LeastLines, BytesPerBlock / (_problem.Inner * sizeof(T)) / LeastLines * LeastLines), end = _tiles.Start(tile + 1);
        for (int column = _tiles.Start(tile); column < end; column += lines)
        {
            for (int row = 0; row < _problem.Rows; row++)
            {
                RowKernels<T, TVector, TLanes>.Dots(
                    _problem.Right + (column * _problem.RightColumnStep), _problem.RightColumnStep, Math.Min(lines, end - column), _problem.Inner,
                    _problem.Left + (row * _problem.LeftRowStep), _problem.Result + (row * _problem.ResultStride) + column, 1, _problem.Accumulate);
            }
        }
    }
}
