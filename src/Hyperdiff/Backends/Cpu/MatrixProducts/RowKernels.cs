using System.Numerics;
using System.Runtime.CompilerServices;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>Products of the rows of a matrix with a vector, in the order in which they lie, on the calling thread.</summary>
internal static unsafe class RowKernels<T, TVector, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    // Of so many chains of multiply-adds as hide its latency two are those of a single row, so long as NormalRows takes it, which has no registers for more;
    // of longer rows four, where there are registers for four rows of them.
    private static bool HasFourChains(nint columns)
    {
        const int MostRegisters = 64;
        return TLanes.Count * sizeof(T) == MostRegisters && columns > TLanes.RowVectors * TLanes.Count;
    }

    /// <summary>y = M·x, or y += M·x: a dot product per row, four rows at a time so that x is read once for four. The order of a row's sum depends on its
    /// length alone.</summary>
    public static void Dots(T* matrix, nint stride, int rows, int columns, T* x, T* y, nint step, bool accumulate)
    {
        if (HasFourChains(columns))
        {
            Dots<Four>(matrix, stride, rows, columns, x, y, step, accumulate);
        }
        else
        {
            Dots<Two>(matrix, stride, rows, columns, x, y, step, accumulate);
        }
    }

    /// <summary>y += Mᵀ·x: the rows, each times its element of x, added up eight at a time so that y is read and written once for eight.</summary>
    public static void Combine(T* matrix, nint stride, int rows, int columns, T* x, T* y)
    {
        int row = 0;
        for (; row + 8 <= rows; row += 8)
        {
            AddRows<Eight>(matrix + (row * stride), stride, x + row, columns, y);
        }

        if (row + 4 <= rows)
        {
            AddRows<Four>(matrix + (row * stride), stride, x + row, columns, y);
            row += 4;
        }

        for (; row < rows; row++)
        {
            AddRows<One>(matrix + (row * stride), stride, x + row, columns, y);
        }
    }

    private static void Put(T* y, T sum, bool accumulate) => *y = accumulate ? *y + sum : sum;

    private static void Dots<TChains>(T* matrix, nint stride, int rows, int columns, T* x, T* y, nint step, bool accumulate)
        where TChains : struct, IConstant
    {
        const int RowsAtOnce = 4;
        T* sums = stackalloc T[RowsAtOnce];
        for (int row = 0; row < rows; row += RowsAtOnce)
        {
            int count = Math.Min(RowsAtOnce, rows - row);
            T* first = matrix + (row * stride);
            switch (count)
            {
                case 1: Dots<One, TChains>(first, stride, x, columns, sums); break;
                case 2: Dots<Two, TChains>(first, stride, x, columns, sums); break;
                case 3: Dots<Three, TChains>(first, stride, x, columns, sums); break;
                default: Dots<Four, TChains>(first, stride, x, columns, sums); break;
            }

            for (int r = 0; r < count; r++)
            {
                Put(y + ((row + r) * step), sums[r], accumulate);
            }
        }
    }

    // vectors go to the chains in turns, and what is left of one to the second
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dots<TRows, TChains>(T* row0, nint stride, T* x, nint length, T* sums)
        where TRows : struct, IConstant
        where TChains : struct, IConstant
    {
        T* row1 = row0 + stride, row2 = row1 + stride, row3 = row2 + stride;
        TVector a0 = TLanes.Zero, a1 = TLanes.Zero, a2 = TLanes.Zero, a3 = TLanes.Zero;
        TVector b0 = TLanes.Zero, b1 = TLanes.Zero, b2 = TLanes.Zero, b3 = TLanes.Zero;
        TVector c0 = TLanes.Zero, c1 = TLanes.Zero, c2 = TLanes.Zero, c3 = TLanes.Zero;
        TVector d0 = TLanes.Zero, d1 = TLanes.Zero, d2 = TLanes.Zero, d3 = TLanes.Zero;
        nint lanes = TLanes.Count, j = 0;
        for (; j + (TChains.Value * lanes) <= length; j += TChains.Value * lanes)
        {
            Add<TRows>(TLanes.Load(x + j), row0 + j, row1 + j, row2 + j, row3 + j, ref a0, ref a1, ref a2, ref a3);
            nint next = j + lanes;
            Add<TRows>(TLanes.Load(x + next), row0 + next, row1 + next, row2 + next, row3 + next, ref b0, ref b1, ref b2, ref b3);
            if (TChains.Value == 4)
            {
                next += lanes;
                Add<TRows>(TLanes.Load(x + next), row0 + next, row1 + next, row2 + next, row3 + next, ref c0, ref c1, ref c2, ref c3);
                next += lanes;
                Add<TRows>(TLanes.Load(x + next), row0 + next, row1 + next, row2 + next, row3 + next, ref d0, ref d1, ref d2, ref d3);
            }
        }

        if (j + lanes <= length)
        {
            Add<TRows>(TLanes.Load(x + j), row0 + j, row1 + j, row2 + j, row3 + j, ref a0, ref a1, ref a2, ref a3);
            j += lanes;
        }

        if (TChains.Value == 4 && j + lanes <= length)
        {
            Add<TRows>(TLanes.Load(x + j), row0 + j, row1 + j, row2 + j, row3 + j, ref b0, ref b1, ref b2, ref b3);
            j += lanes;
        }

        if (TChains.Value == 4 && j + lanes <= length)
        {
            Add<TRows>(TLanes.Load(x + j), row0 + j, row1 + j, row2 + j, row3 + j, ref c0, ref c1, ref c2, ref c3);
            j += lanes;
        }

        if (j < length)
        {
            int rest = (int)(length - j);
            TVector u = TLanes.LoadPartial(x + j, rest);
            AddPartial<TRows, One>(u, row0 + j, rest, ref b0);
            AddPartial<TRows, Two>(u, row1 + j, rest, ref b1);
            AddPartial<TRows, Three>(u, row2 + j, rest, ref b2);
            AddPartial<TRows, Four>(u, row3 + j, rest, ref b3);
        }

        Sum<TRows, TChains, One>(a0, b0, c0, d0, sums);
        Sum<TRows, TChains, Two>(a1, b1, c1, d1, sums);
        Sum<TRows, TChains, Three>(a2, b2, c2, d2, sums);
        Sum<TRows, TChains, Four>(a3, b3, c3, d3, sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TRows>(
        TVector x, T* row0, T* row1, T* row2, T* row3, ref TVector sum0, ref TVector sum1, ref TVector sum2, ref TVector sum3)
        where TRows : struct, IConstant
    {
        sum0 = TLanes.MultiplyAdd(TLanes.Load(row0), x, sum0);
        if (TRows.Value >= 2)
        {
            sum1 = TLanes.MultiplyAdd(TLanes.Load(row1), x, sum1);
        }

        if (TRows.Value >= 3)
        {
            sum2 = TLanes.MultiplyAdd(TLanes.Load(row2), x, sum2);
        }

        if (TRows.Value >= 4)
        {
            sum3 = TLanes.MultiplyAdd(TLanes.Load(row3), x, sum3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddPartial<TRows, TNumber>(TVector x, T* row, int rest, ref TVector sum)
        where TRows : struct, IConstant
        where TNumber : struct, IConstant
    {
        if (TNumber.Value <= TRows.Value)
        {
            sum = TLanes.MultiplyAdd(TLanes.LoadPartial(row, rest), x, sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sum<TRows, TChains, TNumber>(TVector a, TVector b, TVector c, TVector d, T* sums)
        where TRows : struct, IConstant
        where TChains : struct, IConstant
        where TNumber : struct, IConstant
    {
        if (TNumber.Value <= TRows.Value)
        {
            TVector sum = TLanes.Add(a, b);
            sums[TNumber.Value - 1] = TLanes.Sum(TChains.Value == 4 ? TLanes.Add(sum, TLanes.Add(c, d)) : sum);
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

        if (j < width)
        {
            int rest = (int)(width - j);
            TVector sum = TLanes.MultiplyAdd(TLanes.LoadPartial(row0 + j, rest), x0, TLanes.LoadPartial(y + j, rest));
            if (TRows.Value >= 4)
            {
                sum = TLanes.MultiplyAdd(TLanes.LoadPartial(row1 + j, rest), x1, sum);
                sum = TLanes.MultiplyAdd(TLanes.LoadPartial(row2 + j, rest), x2, sum);
                sum = TLanes.MultiplyAdd(TLanes.LoadPartial(row3 + j, rest), x3, sum);
            }

            if (TRows.Value >= 8)
            {
                sum = TLanes.MultiplyAdd(TLanes.LoadPartial(row4 + j, rest), x4, sum);
                sum = TLanes.MultiplyAdd(TLanes.LoadPartial(row5 + j, rest), x5, sum);
                sum = TLanes.MultiplyAdd(TLanes.LoadPartial(row6 + j, rest), x6, sum);
                sum = TLanes.MultiplyAdd(TLanes.LoadPartial(row7 + j, rest), x7, sum);
            }

            TLanes.StorePartial(sum, y + j, rest);
        }
    }
}
