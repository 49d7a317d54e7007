using System.Runtime.CompilerServices;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>The innermost kernel: a few rows times one or two vectors of the result, held in registers over the whole inner loop.</summary>
/// <remarks>
/// <para>
/// For each p it reads the vectors u, v of row p of the right operand, broadcasts one element a of each row of the left one and adds a·u and a·v to that row's
/// accumulators x, y. Twelve rows of two 512-bit vectors need 24 + 3 of 32 registers, six rows of two 256-bit vectors 12 + 3 of 16; each is enough independent
/// sums to hide the latency of the multiply-add.
/// </para>
/// <para>
/// Every element of the result is one chain of multiply-adds in the order of p, whatever the number of rows and vectors of the tile: so how a product is
/// cut into tiles does not change its bits.
/// </para>
/// <para>
/// Registers cannot be indexed, so the accumulators are named one by one, and every row of every step is a line of its own; <c>Row</c> is inlined, its
/// references vanish, and so do the rows beyond TRows.
/// </para>
/// </remarks>
internal static unsafe class RegisterTile<T, TVector, TLanes, TRows, TVectors, TLayout>
    where T : unmanaged
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
    where TRows : unmanaged, IConstant
    where TVectors : unmanaged, IConstant
    where TLayout : struct, IPanelLayout
{
    /// <summary>Computes the tile; see <see cref="TileOperands{T}"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(in TileOperands<T> operands)
    {
        T* left = operands.Left, right = operands.Right;
        TVector x0 = TLanes.Zero, y0 = TLanes.Zero;
        TVector x1 = TLanes.Zero, y1 = TLanes.Zero;
        TVector x2 = TLanes.Zero, y2 = TLanes.Zero;
        TVector x3 = TLanes.Zero, y3 = TLanes.Zero;
        TVector x4 = TLanes.Zero, y4 = TLanes.Zero;
        TVector x5 = TLanes.Zero, y5 = TLanes.Zero;
        TVector x6 = TLanes.Zero, y6 = TLanes.Zero;
        TVector x7 = TLanes.Zero, y7 = TLanes.Zero;
        TVector x8 = TLanes.Zero, y8 = TLanes.Zero;
        TVector x9 = TLanes.Zero, y9 = TLanes.Zero;
        TVector x10 = TLanes.Zero, y10 = TLanes.Zero;
        TVector x11 = TLanes.Zero, y11 = TLanes.Zero;

        // a comparison of types, which is decided before the lines of the other branch are looked at: they take two thirds of the time to compile
        if (typeof(TLayout) == typeof(PackedPanels))
        {
            nint width = sizeof(TVectors) * TLanes.Count;
            for (T* end = right + (operands.Inner * width); right != end; right += PackedPanels.StepsAtOnce * width)
            {
                TVector u = TLanes.Load(right), v = sizeof(TVectors) == 2 ? TLanes.Load(right + TLanes.Count) : u;
                Row(0, left, 0, u, v, ref x0, ref y0);
                Row(1, left, 1, u, v, ref x1, ref y1);
                Row(2, left, 2, u, v, ref x2, ref y2);
                Row(3, left, 3, u, v, ref x3, ref y3);
                Row(4, left, 4, u, v, ref x4, ref y4);
                Row(5, left, 5, u, v, ref x5, ref y5);
                Row(6, left, 6, u, v, ref x6, ref y6);
                Row(7, left, 7, u, v, ref x7, ref y7);
                Row(8, left, 8, u, v, ref x8, ref y8);
                Row(9, left, 9, u, v, ref x9, ref y9);
                Row(10, left, 10, u, v, ref x10, ref y10);
                Row(11, left, 11, u, v, ref x11, ref y11);

                // and the step after it: PackedPanels.StepsAtOnce
                T* nextLeft = left + sizeof(TRows), nextRight = right + width;
                u = TLanes.Load(nextRight);
                v = sizeof(TVectors) == 2 ? TLanes.Load(nextRight + TLanes.Count) : u;
                Row(0, nextLeft, 0, u, v, ref x0, ref y0);
                Row(1, nextLeft, 1, u, v, ref x1, ref y1);
                Row(2, nextLeft, 2, u, v, ref x2, ref y2);
                Row(3, nextLeft, 3, u, v, ref x3, ref y3);
                Row(4, nextLeft, 4, u, v, ref x4, ref y4);
                Row(5, nextLeft, 5, u, v, ref x5, ref y5);
                Row(6, nextLeft, 6, u, v, ref x6, ref y6);
                Row(7, nextLeft, 7, u, v, ref x7, ref y7);
                Row(8, nextLeft, 8, u, v, ref x8, ref y8);
                Row(9, nextLeft, 9, u, v, ref x9, ref y9);
                Row(10, nextLeft, 10, u, v, ref x10, ref y10);
                Row(11, nextLeft, 11, u, v, ref x11, ref y11);
                left += PackedPanels.StepsAtOnce * sizeof(TRows);
            }
        }
        else
        {
            // Three base pointers and three offsets address twelve rows of any step; twelve pointers would not fit the address registers.
            nint step = operands.LeftRowStep, step2 = 2 * step, step3 = 3 * step;
            T* left4 = left + (4 * step), left8 = left + (8 * step);
            nint leftBytes = sizeof(T) * operands.LeftInnerStep, rightBytes = TLayout.AtOffsets ? sizeof(int) : sizeof(T) * operands.RightStep;
            byte* place = TLayout.AtOffsets ? (byte*)operands.RightOffsets : (byte*)right;
            for (byte* end = place + (operands.Inner * rightBytes); place != end; place += rightBytes)
            {
                T* from = TLayout.AtOffsets ? right + *(int*)place : (T*)place;
                TVector u = TLanes.Load(from), v = sizeof(TVectors) == 2 ? TLanes.Load(from + TLanes.Count) : u;
                Row(0, left, 0, u, v, ref x0, ref y0);
                Row(1, left, step, u, v, ref x1, ref y1);
                Row(2, left, step2, u, v, ref x2, ref y2);
                Row(3, left, step3, u, v, ref x3, ref y3);
                Row(4, left4, 0, u, v, ref x4, ref y4);
                Row(5, left4, step, u, v, ref x5, ref y5);
                Row(6, left4, step2, u, v, ref x6, ref y6);
                Row(7, left4, step3, u, v, ref x7, ref y7);
                Row(8, left8, 0, u, v, ref x8, ref y8);
                Row(9, left8, step, u, v, ref x9, ref y9);
                Row(10, left8, step2, u, v, ref x10, ref y10);
                Row(11, left8, step3, u, v, ref x11, ref y11);
                left = (T*)((byte*)left + leftBytes);
                left4 = sizeof(TRows) <= 4 ? left4 : (T*)((byte*)left4 + leftBytes);
                left8 = sizeof(TRows) <= 8 ? left8 : (T*)((byte*)left8 + leftBytes);
            }
        }

        Put(0, operands, x0, y0);
        Put(1, operands, x1, y1);
        Put(2, operands, x2, y2);
        Put(3, operands, x3, y3);
        Put(4, operands, x4, y4);
        Put(5, operands, x5, y5);
        Put(6, operands, x6, y6);
        Put(7, operands, x7, y7);
        Put(8, operands, x8, y8);
        Put(9, operands, x9, y9);
        Put(10, operands, x10, y10);
        Put(11, operands, x11, y11);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row(int row, T* left, nint offset, TVector u, TVector v, ref TVector x, ref TVector y)
    {
        if (row < sizeof(TRows))
        {
            TVector a = TLanes.Broadcast(left[offset]);
            x = TLanes.MultiplyAdd(a, u, x);
            y = sizeof(TVectors) == 2 ? TLanes.MultiplyAdd(a, v, y) : y;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(int row, in TileOperands<T> operands, TVector x, TVector y)
    {
        if (row < sizeof(TRows))
        {
            T* c = operands.Result + (row * operands.ResultStride);
            TLanes.Store(operands.Accumulate ? TLanes.Add(TLanes.Load(c), x) : x, c);
            if (sizeof(TVectors) == 2)
            {
                TLanes.Store(operands.Accumulate ? TLanes.Add(TLanes.Load(c + TLanes.Count), y) : y, c + TLanes.Count);
            }
        }
    }
}
