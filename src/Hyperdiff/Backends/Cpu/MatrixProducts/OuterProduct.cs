using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>A column times a row: bound by writing, so C is written row by row instead of tile by tile.</summary>
/// <remarks>Like a sum of one term that begins with 0: what would be −0 is 0.</remarks>
internal readonly unsafe struct OuterProduct<T>(ProductProblem<T> problem) : ITileWork
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // about ten microseconds of writing
    private const int ElementsPerTile = 1 << 15;

    private readonly ProductProblem<T> _problem = problem;
    private readonly EvenSplit _tiles = EvenSplit.ByLimit(problem.Rows, Math.Max(1, ElementsPerTile / problem.Columns));

    public int Count => _tiles.Parts;

    /// <summary>Whether a product is one.</summary>
    public static bool Fits(in ProductProblem<T> problem) => problem.Inner == 1 && problem.RightColumnStep == 1 && !problem.Accumulate;

    /// <inheritdoc/>
    public void Execute(int tile)
    {
        for (int row = _tiles.Start(tile); row < _tiles.Start(tile + 1); row++)
        {
            Scale(_problem.Right, _problem.Left[row * _problem.LeftRowStep], _problem.Result + (row * _problem.ResultStride), _problem.Columns);
        }
    }

    // of nothing but variables of its own, which stay in registers
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(T* row, T factor, T* target, nint columns)
    {
        Vector512<T> factors = Vector512.Create(factor), zero = Vector512<T>.Zero;
        nint lanes = Vector512<T>.Count, column = 0;
        for (; column + (2 * lanes) <= columns; column += 2 * lanes)
        {
            Vector512<T> one = (Vector512.Load(row + column) * factors) + zero, next = (Vector512.Load(row + column + lanes) * factors) + zero;
            Vector512.Store(one, target + column);
            Vector512.Store(next, target + column + lanes);
        }

        for (; column < columns; column++)
        {
            target[column] = (row[column] * factor) + T.Zero;
        }
    }
}
