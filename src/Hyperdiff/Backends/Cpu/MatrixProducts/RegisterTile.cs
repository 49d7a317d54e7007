using System.Runtime.CompilerServices;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>The innermost kernel: a few rows times one or two vectors of the result, held in registers over the whole inner loop.</summary>
/// <remarks>
/// <para>
/// For each p it reads the vectors u, v of row p of the right operand, broadcasts one element a of each row of the left one and adds a·u and a·v
/// to that row's accumulators x, y. Twelve rows of two 512-bit vectors need 24 + 3 of 32 registers, six rows of two 256-bit vectors 12 + 3 of 16; each is
/// enough independent sums to hide the latency of the multiply-add.
/// </para>
/// <para>
/// Every element of the result is one chain of multiply-adds in the order of p, whatever the number of rows and vectors of the tile: so how a product is
/// cut into tiles does not change its bits.
/// </para>
/// <para>The method is longer than the norm because registers cannot be indexed: rows are written out, and those beyond TRows vanish in compilation.</para>
/// </remarks>
internal static unsafe class RegisterTile<T, TVector, TLanes, TRows, TVectors>
    where T : unmanaged
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
    where TRows : struct, IConstant
    where TVectors : struct, IConstant
{
    /// <summary>Computes the tile; see <see cref="TileOperands{T}"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(in TileOperands<T> operands)
    {
        // Three base pointers and three offsets address twelve rows; twelve pointers would not fit the address registers.
        nint step = operands.LeftRowStep, step2 = 2 * step, step3 = 3 * step;
        nint innerStep = operands.LeftInnerStep, rightStep = operands.RightStep;
        T* left = operands.Left, left4 = left + (4 * step), left8 = left + (8 * step);
        T* right = operands.Right;
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

        for (nint p = operands.Inner; p > 0; p--)
        {
            TVector u = TLanes.Load(right);
            TVector v = TVectors.Value == 2 ? TLanes.Load(right + TLanes.Count) : u;
            TVector a;
            a = TLanes.Broadcast(left[0]);
            x0 = TLanes.MultiplyAdd(a, u, x0);
            y0 = TVectors.Value == 2 ? TLanes.MultiplyAdd(a, v, y0) : y0;
            if (TRows.Value > 1)
            {
                a = TLanes.Broadcast(left[step]);
                x1 = TLanes.MultiplyAdd(a, u, x1);
                y1 = TVectors.Value == 2 ? TLanes.MultiplyAdd(a, v, y1) : y1;
            }

            if (TRows.Value > 2)
            {
                a = TLanes.Broadcast(left[step2]);
                x2 = TLanes.MultiplyAdd(a, u, x2);
                y2 = TVectors.Value == 2 ? TLanes.MultiplyAdd(a, v, y2) : y2;
            }

            if (TRows.Value > 3)
            {
                a = TLanes.Broadcast(left[step3]);
                x3 = TLanes.MultiplyAdd(a, u, x3);
                y3 = TVectors.Value == 2 ? TLanes.MultiplyAdd(a, v, y3) : y3;
            }

            if (TRows.Value > 4)
            {
                a = TLanes.Broadcast(left4[0]);
                x4 = TLanes.MultiplyAdd(a, u, x4);
                y4 = TVectors.Value == 2 ? TLanes.MultiplyAdd(a, v, y4) : y4;
            }

            if (TRows.Value > 5)
            {
                a = TLanes.Broadcast(left4[step]);
                x5 = TLanes.MultiplyAdd(a, u, x5);
                y5 = TVectors.Value == 2 ? TLanes.MultiplyAdd(a, v, y5) : y5;
            }

            if (TRows.Value > 6)
            {
                a = TLanes.Broadcast(left4[step2]);
                x6 = TLanes.MultiplyAdd(a, u, x6);
                y6 = TVectors.Value == 2 ? TLanes.MultiplyAdd(a, v, y6) : y6;
            }

            if (TRows.Value > 7)
            {
                a = TLanes.Broadcast(left4[step3]);
                x7 = TLanes.MultiplyAdd(a, u, x7);
                y7 = TVectors.Value == 2 ? TLanes.MultiplyAdd(a, v, y7) : y7;
            }

            if (TRows.Value > 8)
            {
                a = TLanes.Broadcast(left8[0]);
                x8 = TLanes.MultiplyAdd(a, u, x8);
                y8 = TVectors.Value == 2 ? TLanes.MultiplyAdd(a, v, y8) : y8;
            }

            if (TRows.Value > 9)
            {
                a = TLanes.Broadcast(left8[step]);
                x9 = TLanes.MultiplyAdd(a, u, x9);
                y9 = TVectors.Value == 2 ? TLanes.MultiplyAdd(a, v, y9) : y9;
            }

            if (TRows.Value > 10)
            {
                a = TLanes.Broadcast(left8[step2]);
                x10 = TLanes.MultiplyAdd(a, u, x10);
                y10 = TVectors.Value == 2 ? TLanes.MultiplyAdd(a, v, y10) : y10;
            }

            if (TRows.Value > 11)
            {
                a = TLanes.Broadcast(left8[step3]);
                x11 = TLanes.MultiplyAdd(a, u, x11);
                y11 = TVectors.Value == 2 ? TLanes.MultiplyAdd(a, v, y11) : y11;
            }

            left += innerStep;
            if (TRows.Value > 4)
            {
                left4 += innerStep;
            }

            if (TRows.Value > 8)
            {
                left8 += innerStep;
            }

            right += rightStep;
        }

        T* c = operands.Result;
        nint stride = operands.ResultStride;
        bool accumulate = operands.Accumulate;
        Put(c, x0, y0, accumulate);
        if (TRows.Value > 1)
        {
            Put(c += stride, x1, y1, accumulate);
        }

        if (TRows.Value > 2)
        {
            Put(c += stride, x2, y2, accumulate);
        }

        if (TRows.Value > 3)
        {
            Put(c += stride, x3, y3, accumulate);
        }

        if (TRows.Value > 4)
        {
            Put(c += stride, x4, y4, accumulate);
        }

        if (TRows.Value > 5)
        {
            Put(c += stride, x5, y5, accumulate);
        }

        if (TRows.Value > 6)
        {
            Put(c += stride, x6, y6, accumulate);
        }

        if (TRows.Value > 7)
        {
            Put(c += stride, x7, y7, accumulate);
        }

        if (TRows.Value > 8)
        {
            Put(c += stride, x8, y8, accumulate);
        }

        if (TRows.Value > 9)
        {
            Put(c += stride, x9, y9, accumulate);
        }

        if (TRows.Value > 10)
        {
            Put(c += stride, x10, y10, accumulate);
        }

        if (TRows.Value > 11)
        {
            Put(c += stride, x11, y11, accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(T* c, TVector x, TVector y, bool accumulate)
    {
        TLanes.Store(accumulate ? TLanes.Add(TLanes.Load(c), x) : x, c);
        if (TVectors.Value == 2)
        {
            TLanes.Store(accumulate ? TLanes.Add(TLanes.Load(c + TLanes.Count), y) : y, c + TLanes.Count);
        }
    }
}
