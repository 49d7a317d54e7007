using System.Numerics;
using System.Runtime.CompilerServices;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.Lapack;

/// <summary>Turns the rows of a matrix by pairs of sweeps, a stripe of four vectors a tile.</summary>
/// <param name="rows">The matrix, row-major.</param>
/// <param name="size">Rows, their length, and how many pairs there are.</param>
/// <param name="rotations">Of each sweep, for every row.</param>
/// <param name="ranges">The first and the last row that a pair turns.</param>
internal readonly unsafe struct RotatedStripes<T, TVector, TLanes>(
    T* rows, (int Count, int Length, int Pairs) size, (T C, T S)* rotations, (int Low, int High)* ranges) : ITileWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    // with the rows that the last of 24 pairs lags behind, 28 KB
    private const int Step = 64;

    /// <summary>Elements of a row in a stripe.</summary>
    public static int Width => 4 * TLanes.Count;

    /// <inheritdoc/>
    public void Execute(int tile)
    {
        int width = Width, left = tile * width, columns = Math.Min(width, size.Length - left);
        PanelBuffer buffer = PanelBuffer.Rent<T>(size.Count * width);
        T* stripe = (T*)buffer.Address;
        for (int i = 0; i < size.Count; i++)
        {
            var line = new Span<T>(stripe + ((nint)i * width), width);
            new ReadOnlySpan<T>(rows + ((nint)i * size.Length) + left, columns).CopyTo(line);
            line[columns..].Clear();
        }

        // a pair is two rows behind the pair before, whose second sweep is one row behind its first
        for (int end = 0; end < size.Count + (2 * size.Pairs); end += Step)
        {
            for (int pair = 0; pair < size.Pairs; pair++)
            {
                (int low, int high) = ranges[pair];
                int start = Math.Max(low, end - (2 * pair)), stop = Math.Min(high, end + Step - (2 * pair));
                if (start < stop)
                {
                    Turn(stripe, pair, (start, stop), (start == low, stop == high));
                }
            }
        }

        for (int i = 0; i < size.Count; i++)
        {
            new ReadOnlySpan<T>(stripe + ((nint)i * width), columns).CopyTo(new Span<T>(rows + ((nint)i * size.Length) + left, columns));
        }

        buffer.Return();
    }

    /// <summary>Turns by two sweeps, the second one row behind the first.</summary>
    /// <param name="stripe">The rows.</param>
    /// <param name="pair">Which two.</param>
    /// <param name="steps">The rotations of the first sweep that are due.</param>
    /// <param name="ends">Whether the first and the last rotation of a sweep are among them.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Turn(T* stripe, int pair, (int Start, int Stop) steps, (bool First, bool Last) ends)
    {
        (T C, T S)* first = rotations + (2 * (nint)pair * size.Count), second = first + size.Count;
        int lanes = TLanes.Count, width = 4 * lanes, k = steps.Start;
        T* row = stripe + ((nint)k * width);

        // x is what the first sweep has reached, y the row before, which the second has
        TVector x0 = TLanes.Load(row), x1 = TLanes.Load(row + lanes), x2 = TLanes.Load(row + (2 * lanes)), x3 = TLanes.Load(row + (3 * lanes));
        TVector y0, y1, y2, y3, c, s, minus, next;
        if (ends.First)
        {
            (c, s, minus) = (TLanes.Broadcast(first[k].C), TLanes.Broadcast(first[k].S), TLanes.Broadcast(-first[k].S));
            row += width;
            next = TLanes.Load(row);
            y0 = Rotated(c, x0, s, next);
            x0 = Rotated(c, next, minus, x0);
            next = TLanes.Load(row + lanes);
            y1 = Rotated(c, x1, s, next);
            x1 = Rotated(c, next, minus, x1);
            next = TLanes.Load(row + (2 * lanes));
            y2 = Rotated(c, x2, s, next);
            x2 = Rotated(c, next, minus, x2);
            next = TLanes.Load(row + (3 * lanes));
            y3 = Rotated(c, x3, s, next);
            x3 = Rotated(c, next, minus, x3);
            k++;
        }
        else
        {
            T* above = row - width;
            y0 = TLanes.Load(above);
            y1 = TLanes.Load(above + lanes);
            y2 = TLanes.Load(above + (2 * lanes));
            y3 = TLanes.Load(above + (3 * lanes));
        }

        for (; k < steps.Stop; k++)
        {
            (c, s, minus) = (TLanes.Broadcast(first[k].C), TLanes.Broadcast(first[k].S), TLanes.Broadcast(-first[k].S));
            TVector secondC = TLanes.Broadcast(second[k - 1].C), secondS = TLanes.Broadcast(second[k - 1].S);
            TVector secondMinus = TLanes.Broadcast(-second[k - 1].S);
            T* before = row - width;
            row += width;

            next = TLanes.Load(row);
            TVector turned = Rotated(c, x0, s, next);
            x0 = Rotated(c, next, minus, x0);
            TLanes.Store(Rotated(secondC, y0, secondS, turned), before);
            y0 = Rotated(secondC, turned, secondMinus, y0);

            next = TLanes.Load(row + lanes);
            turned = Rotated(c, x1, s, next);
            x1 = Rotated(c, next, minus, x1);
            TLanes.Store(Rotated(secondC, y1, secondS, turned), before + lanes);
            y1 = Rotated(secondC, turned, secondMinus, y1);

            next = TLanes.Load(row + (2 * lanes));
            turned = Rotated(c, x2, s, next);
            x2 = Rotated(c, next, minus, x2);
            TLanes.Store(Rotated(secondC, y2, secondS, turned), before + (2 * lanes));
            y2 = Rotated(secondC, turned, secondMinus, y2);

            next = TLanes.Load(row + (3 * lanes));
            turned = Rotated(c, x3, s, next);
            x3 = Rotated(c, next, minus, x3);
            TLanes.Store(Rotated(secondC, y3, secondS, turned), before + (3 * lanes));
            y3 = Rotated(secondC, turned, secondMinus, y3);
        }

        // the second sweep ends with what the first left in the last two rows
        T* last = row - width;
        if (ends.Last)
        {
            (c, s, minus) = (TLanes.Broadcast(second[k - 1].C), TLanes.Broadcast(second[k - 1].S), TLanes.Broadcast(-second[k - 1].S));
            (y0, x0) = (Rotated(c, y0, s, x0), Rotated(c, x0, minus, y0));
            (y1, x1) = (Rotated(c, y1, s, x1), Rotated(c, x1, minus, y1));
            (y2, x2) = (Rotated(c, y2, s, x2), Rotated(c, x2, minus, y2));
            (y3, x3) = (Rotated(c, y3, s, x3), Rotated(c, x3, minus, y3));
        }

        TLanes.Store(y0, last);
        TLanes.Store(y1, last + lanes);
        TLanes.Store(y2, last + (2 * lanes));
        TLanes.Store(y3, last + (3 * lanes));
        TLanes.Store(x0, row);
        TLanes.Store(x1, row + lanes);
        TLanes.Store(x2, row + (2 * lanes));
        TLanes.Store(x3, row + (3 * lanes));
    }

    // c x + s y
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Rotated(TVector c, TVector x, TVector s, TVector y) => TLanes.MultiplyAdd(c, x, TLanes.Multiply(s, y));
}
