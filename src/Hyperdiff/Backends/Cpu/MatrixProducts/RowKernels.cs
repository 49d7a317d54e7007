using System.Numerics;
using System.Runtime.CompilerServices;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>Products of the rows of a matrix with a vector, in the order in which they lie, on the calling thread.</summary>
internal static unsafe class RowKernels<T, TVector, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    /// <summary>How many rows a dot product is computed for at once; those that are left are added up in another order.</summary>
    public const int RowsAtOnce = 4;

    /// <summary>y = M·x, or y += M·x: a dot product per row, four rows at a time so that x is read once for four.</summary>
    public static void Dots(T* matrix, nint stride, int rows, int columns, T* x, T* y, nint step, bool accumulate)
    {
        T* sums = stackalloc T[RowsAtOnce];
        int row = 0;
        for (; row + RowsAtOnce <= rows; row += RowsAtOnce)
        {
            FourRows(matrix + (row * stride), stride, x, columns, sums);
            for (int r = 0; r < RowsAtOnce; r++)
            {
                Put(y + ((row + r) * step), sums[r], accumulate);
            }
        }

        for (; row < rows; row++)
        {
            Put(y + (row * step), OneRow(matrix + (row * stride), x, columns), accumulate);
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

        if (j < length)
        {
            int rest = (int)(length - j);
            TVector u = TLanes.LoadPartial(x + j, rest);
            b0 = TLanes.MultiplyAdd(TLanes.LoadPartial(row0 + j, rest), u, b0);
            b1 = TLanes.MultiplyAdd(TLanes.LoadPartial(row1 + j, rest), u, b1);
            b2 = TLanes.MultiplyAdd(TLanes.LoadPartial(row2 + j, rest), u, b2);
            b3 = TLanes.MultiplyAdd(TLanes.LoadPartial(row3 + j, rest), u, b3);
        }

        sums[0] = TLanes.Sum(TLanes.Add(a0, b0));
        sums[1] = TLanes.Sum(TLanes.Add(a1, b1));
        sums[2] = TLanes.Sum(TLanes.Add(a2, b2));
        sums[3] = TLanes.Sum(TLanes.Add(a3, b3));
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

        if (j < length)
        {
            int rest = (int)(length - j);
            b = TLanes.MultiplyAdd(TLanes.LoadPartial(row + j, rest), TLanes.LoadPartial(x + j, rest), b);
        }

        return TLanes.Sum(TLanes.Add(TLanes.Add(a, b), TLanes.Add(c, d)));
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
