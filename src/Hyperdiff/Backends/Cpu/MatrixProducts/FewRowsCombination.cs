using System.Numerics;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>A few rows times a large matrix that lies row by row: bound by reading the matrix, of which a few rows at a time meet all of the left operand while
/// they are in L1. Nothing is packed.</summary>
/// <remarks>Threads share the columns; each adds all rows of the matrix, in order, over its strip of the result.</remarks>
internal readonly unsafe struct FewRowsCombination<T, TVector, TLanes>(ProductProblem<T> problem) : ITileWork
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    // beyond, packing the matrix pays
    private const int MostRows = 8;

    // what the kernel takes at a time, in strips of half a page: half of L1
    private const int RowsAtOnce = 8;
    private const int BytesOfStrip = 1 << 11;

    private readonly ProductProblem<T> _problem = problem;
    private readonly EvenSplit _tiles = EvenSplit.ByLimit(problem.Columns, BytesOfStrip / sizeof(T));

    /// <summary>How many tiles there are.</summary>
    public int Count => _tiles.Parts;

    /// <summary>Whether the product is such a one, if it is no small one.</summary>
    public static bool Fits(in ProductProblem<T> problem) =>
        problem is { Rows: <= MostRows, LeftInnerStep: 1, RightColumnStep: 1, IsGram: false } && problem.Columns * sizeof(T) >= BytesOfStrip;

    /// <inheritdoc/>
    public void Execute(int tile)
    {
        (int column, int width) = (_tiles.Start(tile), _tiles.Size(tile));
        T* result = _problem.Result + column;
        for (int row = 0; row < _problem.Rows && !_problem.Accumulate; row++)
        {
            new Span<T>(result + (row * _problem.ResultStride), width).Clear();
        }

        for (int inner = 0; inner < _problem.Inner; inner += RowsAtOnce)
        {
            for (int row = 0; row < _problem.Rows; row++)
            {
                RowKernels<T, TVector, TLanes>.Combine(
                    _problem.Right + (inner * _problem.RightInnerStep) + column, _problem.RightInnerStep, Math.Min(RowsAtOnce, _problem.Inner - inner), width,
                    _problem.Left + (row * _problem.LeftRowStep) + inner, result + (row * _problem.ResultStride));
            }
        }
    }
}
