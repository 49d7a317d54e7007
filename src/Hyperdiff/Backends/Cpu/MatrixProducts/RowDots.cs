using System.Numerics;
using System.Runtime.CompilerServices;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>y = M·x: each element of y is the dot product of a row with x, four rows at a time so that x is read once for four.</summary>
/// <remarks>x must be contiguous. Threads share the rows.</remarks>
internal readonly unsafe struct RowDots<T, TVector, TLanes>(VectorProblem<T> problem) : ITileWork
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    private const int RowsAtOnce = 4;

    // 256 KiB of doubles: a few tens of microseconds of memory traffic, enough to be worth handing to another thread.
    private const int ElementsPerTile = 1 << 15;

    private readonly VectorProblem<T> _problem = problem;
    private readonly EvenSplit _tiles = EvenSplit.ByLimit(problem.Rows, Math.Max(RowsAtOnce, ElementsPerTile / problem.Columns));

    public int Count => _tiles.Parts;

    /// <inheritdoc/>
    public void Execute(int tile)
    {
        T* sums = stackalloc T[RowsAtOnce];
        int row = _tiles.Start(tile), end = _tiles.Start(tile + 1);
        for (; row + RowsAtOnce <= end; row += RowsAtOnce)
        {
            FourRows(_problem.Matrix + (row * _problem.Stride), _problem.Stride, _problem.Vector, _problem.Columns, sums);
            for (int r = 0; r < RowsAtOnce; r++)
            {
                Put(row + r, sums[r]);
            }
        }

        for (; row < end; row++)
        {
            Put(row, OneRow(_problem.Matrix + (row * _problem.Stride), _problem.Vector, _problem.Columns));
        }
    }

    private void Put(int row, T sum)
    {
        T* y = _problem.Result + (row * _problem.ResultStep);
        *y = _problem.Accumulate ? *y + sum : sum;
    }

    // Two sums per row: eight chains of multiply-adds hide its latency.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourRows(T* row0, nint stride, T* x, nint length, T* sums)
    {
        T* row1 = row0 + stride, row2 = row1 + stride, row3 = row2 + stride;
        TVector a0 = TLanes.Zero, a1 = TLanes.Zero, a2 = TLanes.Zero, a3 = TLanes.Zero;
        TVector b0 = TLanes.Zero, b1 = TLanes.Zero, b2 = TLanes.Zero, b3 = TLanes.Zero;
        nint lanes = TLanes.Count, j = 0;
        for (; j + (2 * lanes) <= length; j += 2 * lanes)
        {
            TVector u = TLanes.Load(x + j), v = TLanes.Load(x + j + lanes);
            a0 = TLanes.MultiplyAdd(TLanes.Load(row0 + j), u, a0);
            a1 = TLanes.MultiplyAdd(TLanes.Load(row1 + j), u, a1);
            a2 = TLanes.MultiplyAdd(TLanes.Load(row2 + j), u, a2);
            a3 = TLanes.MultiplyAdd(TLanes.Load(row3 + j), u, a3);
            b0 = TLanes.MultiplyAdd(TLanes.Load(row0 + j + lanes), v, b0);
            b1 = TLanes.MultiplyAdd(TLanes.Load(row1 + j + lanes), v, b1);
            b2 = TLanes.MultiplyAdd(TLanes.Load(row2 + j + lanes), v, b2);
            b3 = TLanes.MultiplyAdd(TLanes.Load(row3 + j + lanes), v, b3);
        }

        if (j + lanes <= length)
        {
            TVector u = TLanes.Load(x + j);
            a0 = TLanes.MultiplyAdd(TLanes.Load(row0 + j), u, a0);
            a1 = TLanes.MultiplyAdd(TLanes.Load(row1 + j), u, a1);
            a2 = TLanes.MultiplyAdd(TLanes.Load(row2 + j), u, a2);
            a3 = TLanes.MultiplyAdd(TLanes.Load(row3 + j), u, a3);
            j += lanes;
        }

        T s0 = TLanes.Sum(TLanes.Add(a0, b0)), s1 = TLanes.Sum(TLanes.Add(a1, b1));
        T s2 = TLanes.Sum(TLanes.Add(a2, b2)), s3 = TLanes.Sum(TLanes.Add(a3, b3));
        for (; j < length; j++)
        {
            T u = x[j];
            s0 += row0[j] * u;
            s1 += row1[j] * u;
            s2 += row2[j] * u;
            s3 += row3[j] * u;
        }

        (sums[0], sums[1], sums[2], sums[3]) = (s0, s1, s2, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T OneRow(T* row, T* x, nint length)
    {
        TVector a = TLanes.Zero, b = TLanes.Zero, c = TLanes.Zero, d = TLanes.Zero;
        nint lanes = TLanes.Count, j = 0;
        for (; j + (4 * lanes) <= length; j += 4 * lanes)
        {
            a = TLanes.MultiplyAdd(TLanes.Load(row + j), TLanes.Load(x + j), a);
            b = TLanes.MultiplyAdd(TLanes.Load(row + j + lanes), TLanes.Load(x + j + lanes), b);
            c = TLanes.MultiplyAdd(TLanes.Load(row + j + (2 * lanes)), TLanes.Load(x + j + (2 * lanes)), c);
            d = TLanes.MultiplyAdd(TLanes.Load(row + j + (3 * lanes)), TLanes.Load(x + j + (3 * lanes)), d);
        }

        for (; j + lanes <= length; j += lanes)
        {
            a = TLanes.MultiplyAdd(TLanes.Load(row + j), TLanes.Load(x + j), a);
        }

        T sum = TLanes.Sum(TLanes.Add(TLanes.Add(a, b), TLanes.Add(c, d)));
        for (; j < length; j++)
        {
            sum += row[j] * x[j];
        }

        return sum;
    }
}
