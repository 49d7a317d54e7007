using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hyperdiff.Backends.Cpu.MatrixProducts;

namespace Hyperdiff.Backends.Cpu.WindowSums;

/// <summary>The cotangent of weights that see one plane and make one: <c>sums[k] += Σ cotangent[p] · canvas[place[p] + element[k]]</c>, with positions as
/// lanes, for the places of one channel are too few.</summary>
/// <param name="positions">The place of each position.</param>
/// <param name="columns">The positions of a row, which are neighbors on the canvas.</param>
/// <param name="elements">What each element of the window adds to a place.</param>
internal sealed unsafe class PlaneDots<T>(int[] positions, int columns, int[] elements)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // sums that grow side by side, so that no addition waits for the one before: those of a window of 3 by 3 take two turns
    private const int Five = 5;

    private readonly int[] _rows = [.. Enumerable.Range(0, positions.Length / columns).Select(row => positions[row * columns])];

    /// <summary>The elements of <see cref="Add"/>'s memory for a cotangent.</summary>
    public int Length => positions.Length + Vector512<T>.Count;

    /// <summary>Adds a plane's part.</summary>
    /// <param name="canvas">The canvas; a vector more is readable.</param>
    /// <param name="cotangent">The cotangents of the positions; a vector more is readable.</param>
    /// <param name="sums">One for each element of the window.</param>
    public void Add(T* canvas, T* cotangent, T* sums)
    {
        T* five = stackalloc T[Five];
        int* places = stackalloc int[Five];
        for (int first = 0; first < elements.Length; first += Five)
        {
            for (int i = 0; i < Five; i++)
            {
                // the last is taken again where there are fewer
                places[i] = elements[Math.Min(first + i, elements.Length - 1)];
            }

            AddFive(canvas, cotangent, places, five);
            for (int i = 0; i < Five && first + i < elements.Length; i++)
            {
                sums[first + i] += five[i];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddFive(T* canvas, T* given, int* places, T* sums)
    {
        (nint first, nint second, nint third, nint fourth, nint fifth) = (places[0], places[1], places[2], places[3], places[4]);
        Vector512<T> a = Vector512<T>.Zero, b = a, c = a, d = a, e = a;
        int lanes = Vector512<T>.Count, whole = columns - (columns % lanes);
        Vector512<T> rest = Vector512.LessThan(Vector512<T>.Indices, Vector512.Create(T.CreateTruncating(columns - whole)));
        foreach (int row in _rows)
        {
            T* seen = canvas + row;
            for (int i = 0; i < whole; i += lanes)
            {
                Vector512<T> factor = Vector512.Load(given + i);
                a = Lanes512<T>.MultiplyAdd(factor, Vector512.Load(seen + first + i), a);
                b = Lanes512<T>.MultiplyAdd(factor, Vector512.Load(seen + second + i), b);
                c = Lanes512<T>.MultiplyAdd(factor, Vector512.Load(seen + third + i), c);
                d = Lanes512<T>.MultiplyAdd(factor, Vector512.Load(seen + fourth + i), d);
                e = Lanes512<T>.MultiplyAdd(factor, Vector512.Load(seen + fifth + i), e);
            }

            if (whole < columns)
            {
                // what stands behind a row counts as nothing, even where it is infinite
                Vector512<T> factor = Vector512.Load(given + whole) & rest;
                seen += whole;
                a = Lanes512<T>.MultiplyAdd(factor, Vector512.Load(seen + first) & rest, a);
                b = Lanes512<T>.MultiplyAdd(factor, Vector512.Load(seen + second) & rest, b);
                c = Lanes512<T>.MultiplyAdd(factor, Vector512.Load(seen + third) & rest, c);
                d = Lanes512<T>.MultiplyAdd(factor, Vector512.Load(seen + fourth) & rest, d);
                e = Lanes512<T>.MultiplyAdd(factor, Vector512.Load(seen + fifth) & rest, e);
            }

            given += columns;
        }

        (sums[0], sums[1], sums[2], sums[3], sums[4]) = (Vector512.Sum(a), Vector512.Sum(b), Vector512.Sum(c), Vector512.Sum(d), Vector512.Sum(e));
    }
}
