using System.Numerics;
using System.Runtime.CompilerServices;
using Hyperdiff.Backends.Cpu.Kernels;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>y += Mᵀ·(f ∘ (M·x)) for a matrix M of short rows: each row is read once, and is in registers for its dot product with x and for what it adds to
/// y.</summary>
/// <remarks>
/// <para>
/// Two kernels after each other read every row twice, and short rows seldom begin on a cache line, so that most of their vectors are read from two: reading
/// is what bounds them. Here y stays in registers from the first row to the last, and x as well if the rows are short enough for three sets of registers.
/// </para>
/// <para>
/// The order of every sum is that of <see cref="RowKernels{T, TVector, TLanes}"/>, so that the bits are those of the two products by themselves.
/// </para>
/// <para>Registers cannot be indexed, so they are named one by one; those beyond TVectors vanish when the kernel is compiled.</para>
/// </remarks>
internal static unsafe class NormalRows<T, TVector, TLanes, TVectors, TLastIsPartial>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
    where TVectors : struct, IConstant
    where TLastIsPartial : struct, IFlag
{
    private static bool HoldsVector
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TVectors.Value <= TLanes.RowVectorsOfThree;
    }

    /// <summary>Adds what a number of rows contribute, which follow each other without gaps.</summary>
    /// <param name="block">The rows, of so many elements as fill TVectors vectors, or all but a part of the last.</param>
    /// <param name="vector">x.</param>
    /// <param name="factors">f.</param>
    /// <param name="result">y.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ReadOnlySpan<T> block, ReadOnlySpan<T> vector, in NormalFactors<T> factors, Span<T> result)
    {
        int columns = vector.Length, step = factors.Step, rest = columns - ((TVectors.Value - 1) * TLanes.Count);
        T before = factors.Before, after = factors.After;
        fixed (T* first = block, x = vector, firstWeight = factors.Weights, y = result)
        {
            T* row = first, weight = firstWeight;
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
            TVector x12 = TLanes.Zero, y12 = TLanes.Zero;
            TVector x13 = TLanes.Zero, y13 = TLanes.Zero;
            Begin(0, x, y, rest, ref x0, ref y0);
            Begin(1, x, y, rest, ref x1, ref y1);
            Begin(2, x, y, rest, ref x2, ref y2);
            Begin(3, x, y, rest, ref x3, ref y3);
            Begin(4, x, y, rest, ref x4, ref y4);
            Begin(5, x, y, rest, ref x5, ref y5);
            Begin(6, x, y, rest, ref x6, ref y6);
            Begin(7, x, y, rest, ref x7, ref y7);
            Begin(8, x, y, rest, ref x8, ref y8);
            Begin(9, x, y, rest, ref x9, ref y9);
            Begin(10, x, y, rest, ref x10, ref y10);
            Begin(11, x, y, rest, ref x11, ref y11);
            Begin(12, x, y, rest, ref x12, ref y12);
            Begin(13, x, y, rest, ref x13, ref y13);
            for (T* end = first + block.Length; row < end; row += columns, weight += step)
            {
                TVector even = TLanes.Zero, odd = TLanes.Zero;
                TVector r0 = Read(0, row, rest);
                TVector r1 = Read(1, row, rest);
                TVector r2 = Read(2, row, rest);
                TVector r3 = Read(3, row, rest);
                TVector r4 = Read(4, row, rest);
                TVector r5 = Read(5, row, rest);
                TVector r6 = Read(6, row, rest);
                TVector r7 = Read(7, row, rest);
                TVector r8 = Read(8, row, rest);
                TVector r9 = Read(9, row, rest);
                TVector r10 = Read(10, row, rest);
                TVector r11 = Read(11, row, rest);
                TVector r12 = Read(12, row, rest);
                TVector r13 = Read(13, row, rest);
                Multiply(0, r0, x, x0, rest, ref even, ref odd);
                Multiply(1, r1, x, x1, rest, ref even, ref odd);
                Multiply(2, r2, x, x2, rest, ref even, ref odd);
                Multiply(3, r3, x, x3, rest, ref even, ref odd);
                Multiply(4, r4, x, x4, rest, ref even, ref odd);
                Multiply(5, r5, x, x5, rest, ref even, ref odd);
                Multiply(6, r6, x, x6, rest, ref even, ref odd);
                Multiply(7, r7, x, x7, rest, ref even, ref odd);
                Multiply(8, r8, x, x8, rest, ref even, ref odd);
                Multiply(9, r9, x, x9, rest, ref even, ref odd);
                Multiply(10, r10, x, x10, rest, ref even, ref odd);
                Multiply(11, r11, x, x11, rest, ref even, ref odd);
                Multiply(12, r12, x, x12, rest, ref even, ref odd);
                Multiply(13, r13, x, x13, rest, ref even, ref odd);
                TVector u = TLanes.Broadcast(TLanes.Sum(TLanes.Add(even, odd)) * before * *weight * after);
                Accumulate(0, r0, u, ref y0);
                Accumulate(1, r1, u, ref y1);
                Accumulate(2, r2, u, ref y2);
                Accumulate(3, r3, u, ref y3);
                Accumulate(4, r4, u, ref y4);
                Accumulate(5, r5, u, ref y5);
                Accumulate(6, r6, u, ref y6);
                Accumulate(7, r7, u, ref y7);
                Accumulate(8, r8, u, ref y8);
                Accumulate(9, r9, u, ref y9);
                Accumulate(10, r10, u, ref y10);
                Accumulate(11, r11, u, ref y11);
                Accumulate(12, r12, u, ref y12);
                Accumulate(13, r13, u, ref y13);
            }

            End(0, y0, y, rest);
            End(1, y1, y, rest);
            End(2, y2, y, rest);
            End(3, y3, y, rest);
            End(4, y4, y, rest);
            End(5, y5, y, rest);
            End(6, y6, y, rest);
            End(7, y7, y, rest);
            End(8, y8, y, rest);
            End(9, y9, y, rest);
            End(10, y10, y, rest);
            End(11, y11, y, rest);
            End(12, y12, y, rest);
            End(13, y13, y, rest);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Begin(int number, T* x, T* y, int rest, ref TVector ofX, ref TVector ofY)
    {
        ofY = Read(number, y, rest);
        if (HoldsVector)
        {
            ofX = Read(number, x, rest);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsPartial(int number) => TLastIsPartial.Value && number == TVectors.Value - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Read(int number, T* row, int rest)
    {
        if (number >= TVectors.Value)
        {
            return TLanes.Zero;
        }

        T* source = row + (number * TLanes.Count);
        return IsPartial(number) ? TLanes.LoadPartial(source, rest) : TLanes.Load(source);
    }

    // where a part of a vector is left it goes to the second sum, as it does in RowKernels
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(int number, TVector row, T* x, TVector held, int rest, ref TVector even, ref TVector odd)
    {
        if (number >= TVectors.Value)
        {
            return;
        }

        TVector factor = HoldsVector ? held : Read(number, x, rest);
        if (number % 2 == 0 && !IsPartial(number))
        {
            even = TLanes.MultiplyAdd(row, factor, even);
        }
        else
        {
            odd = TLanes.MultiplyAdd(row, factor, odd);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(int number, TVector row, TVector factor, ref TVector sum)
    {
        if (number < TVectors.Value)
        {
            sum = TLanes.MultiplyAdd(row, factor, sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void End(int number, TVector sum, T* y, int rest)
    {
        if (IsPartial(number))
        {
            TLanes.StorePartial(sum, y + (number * TLanes.Count), rest);
        }
        else if (number < TVectors.Value)
        {
            TLanes.Store(sum, y + (number * TLanes.Count));
        }
    }
}
