using System.Numerics;
using System.Runtime.CompilerServices;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>Many rows times a matrix of two or three rows and columns, as points are turned: that matrix is held in registers, and no row is part of a vector.
/// </summary>
/// <remarks>Every element is one chain of fused multiply-adds in the order of p, as in
/// <see cref="RegisterTile{T, TVector, TLanes, TRows, TVectors, TLayout}"/>.</remarks>
internal static unsafe class NarrowProduct<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // about ten microseconds
    private const int RowsPerTile = 1 << 13;

    /// <summary>Whether a product is one.</summary>
    public static bool Fits(in ProductProblem<T> problem) => problem.Rows > 1 && problem.Inner is 2 or 3 && problem.Columns is 2 or 3;

    /// <summary>Computes the product.</summary>
    public static void Multiply(in ProductProblem<T> problem, WorkerPool pool)
    {
        switch (problem.Inner, problem.Columns)
        {
            case (2, 2): Run<Two, Two>(problem, pool); break;
            case (2, 3): Run<Two, Three>(problem, pool); break;
            case (3, 2): Run<Three, Two>(problem, pool); break;
            default: Run<Three, Three>(problem, pool); break;
        }
    }

    private static void Run<TInner, TColumns>(in ProductProblem<T> problem, WorkerPool pool)
        where TInner : struct, IConstant
        where TColumns : struct, IConstant
    {
        var rows = new Rows<TInner, TColumns>(problem);
        if (rows.Count == 1)
        {
            rows.Execute(0);
        }
        else
        {
            pool.Run(rows.Count, rows);
        }
    }

    private readonly struct Rows<TInner, TColumns>(ProductProblem<T> problem) : ITileWork
        where TInner : struct, IConstant
        where TColumns : struct, IConstant
    {
        private readonly ProductProblem<T> _problem = problem;
        private readonly EvenSplit _tiles = EvenSplit.ByLimit(problem.Rows, RowsPerTile);

        public int Count => _tiles.Parts;

        public void Execute(int tile)
        {
            (T b00, T b01, T b02) = Row(0);
            (T b10, T b11, T b12) = Row(1);
            (T b20, T b21, T b22) = Row(TInner.Value == 3 ? 2 : 1);
            int first = _tiles.Start(tile);
            T* left = _problem.Left + (first * _problem.LeftRowStep), result = _problem.Result + (first * _problem.ResultStride);
            nint leftStep = _problem.LeftRowStep, innerStep = _problem.LeftInnerStep, resultStep = _problem.ResultStride;
            bool accumulate = _problem.Accumulate;
            for (int row = _tiles.Size(tile); row > 0; row--, left += leftStep, result += resultStep)
            {
                (T x, T y, T z) = (left[0], left[innerStep], TInner.Value == 3 ? left[2 * innerStep] : T.Zero);
                Put(result, Sum(x, y, z, (b00, b10, b20)), accumulate);
                Put(result + 1, Sum(x, y, z, (b01, b11, b21)), accumulate);
                if (TColumns.Value == 3)
                {
                    Put(result + 2, Sum(x, y, z, (b02, b12, b22)), accumulate);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static T Sum(T x, T y, T z, (T X, T Y, T Z) column)
        {
            T sum = T.FusedMultiplyAdd(y, column.Y, T.FusedMultiplyAdd(x, column.X, T.Zero));
            return TInner.Value == 3 ? T.FusedMultiplyAdd(z, column.Z, sum) : sum;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Put(T* result, T value, bool accumulate) => *result = accumulate ? *result + value : value;

        private (T, T, T) Row(int p)
        {
            T* row = _problem.Right + (p * _problem.RightInnerStep);
            return (row[0], row[_problem.RightColumnStep], TColumns.Value == 3 ? row[2 * _problem.RightColumnStep] : T.Zero);
        }
    }
}
