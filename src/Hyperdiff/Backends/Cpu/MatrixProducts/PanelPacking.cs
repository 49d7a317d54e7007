using System.Runtime.CompilerServices;
using Hyperdiff.Backends.Cpu.Kernels;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>Copies a strip of a matrix into the order in which the register tile reads it.</summary>
/// <remarks>
/// A panel is a strip a few elements wide ("lanes": rows of op(A) or columns of op(B)) and <c>inner</c> long:
/// <code>
/// panel[p·paddedLanes + l] = source[l·laneStep + p·innerStep]   for l &lt; lanes
/// panel[p·paddedLanes + l] = 0                                  for lanes ≤ l &lt; paddedLanes or inner ≤ p &lt; PaddedInner(inner)
/// </code>
/// The zeros do not change a bit of the product: sums start from +0 and are never −0.
/// </remarks>
internal static unsafe class PanelPacking<T, TVector, TLanes>
    where T : unmanaged
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    /// <summary>The length of a packed panel, a multiple of <see cref="PackedPanels.StepsAtOnce"/>.</summary>
    public static int PaddedInner(int inner) => (inner + PackedPanels.StepsAtOnce - 1) / PackedPanels.StepsAtOnce * PackedPanels.StepsAtOnce;

    /// <summary>Packs one panel; its lanes are padded to a whole number of vectors or not at all.</summary>
    public static void Pack(T* source, nint laneStep, nint innerStep, int lanes, int paddedLanes, int inner, T* panel)
    {
        if (laneStep == 1)
        {
            CopyRows(source, innerStep, lanes, paddedLanes, inner, panel);
        }
        else
        {
            CopyColumns(source, laneStep, innerStep, lanes, paddedLanes, inner, panel);
        }

        new Span<T>(panel + ((nint)inner * paddedLanes), (PaddedInner(inner) - inner) * paddedLanes).Clear();
    }

    /// <summary>Packs so many steps of neighbouring panels of two vectors each, from rows that are contiguous across them.</summary>
    /// <remarks>Goes along the rows, so that memory is read in long runs, not a panel's width from each of many pages.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackWide(T* source, nint innerStep, int panels, int inner, T* destination, nint panelSize)
    {
        nint width = 2 * TLanes.Count;
        for (nint p = 0; p < inner; p++)
        {
            T* from = source + (p * innerStep);
            T* to = destination + (p * width);
            for (int panel = 0; panel < panels; panel++)
            {
                TLanes.Store(TLanes.Load(from), to);
                TLanes.Store(TLanes.Load(from + TLanes.Count), to + TLanes.Count);
                from += width;
                to += panelSize;
            }
        }

        if (PaddedInner(inner) != inner)
        {
            for (int panel = 0; panel < panels; panel++)
            {
                new Span<T>(destination + (panel * panelSize) + (inner * width), (int)width).Clear();
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyRows(T* source, nint innerStep, int lanes, int paddedLanes, int inner, T* panel)
    {
        int rest = lanes % TLanes.Count, whole = lanes - rest;
        bool padded = paddedLanes % TLanes.Count == 0;
        for (nint p = 0; p < inner; p++)
        {
            for (int lane = 0; lane < whole; lane += TLanes.Count)
            {
                TLanes.Store(TLanes.Load(source + lane), panel + lane);
            }

            if (rest > 0)
            {
                TVector last = TLanes.LoadPartial(source + whole, rest);
                if (padded)
                {
                    TLanes.Store(last, panel + whole);
                }
                else
                {
                    TLanes.StorePartial(last, panel + whole, rest);
                }
            }

            source += innerStep;
            panel += paddedLanes;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyColumns(T* source, nint laneStep, nint innerStep, int lanes, int paddedLanes, int inner, T* panel)
    {
        int lane = 0;
        if (innerStep == 1 && lanes >= TurnedSquare.Half && TurnedSquare.Turns<T>())
        {
            TurnLines(source, laneStep, lanes, paddedLanes, inner, panel);
            lane = lanes;
        }

        for (; lane + 4 <= lanes; lane += 4)
        {
            T* from0 = source + (lane * laneStep), from1 = from0 + laneStep, from2 = from1 + laneStep, from3 = from2 + laneStep;
            T* to = panel + lane;
            for (nint p = 0; p < inner; p++)
            {
                to[0] = *from0;
                to[1] = *from1;
                to[2] = *from2;
                to[3] = *from3;
                from0 += innerStep;
                from1 += innerStep;
                from2 += innerStep;
                from3 += innerStep;
                to += paddedLanes;
            }
        }

        for (; lane < lanes; lane++)
        {
            T* from = source + (lane * laneStep);
            T* to = panel + lane;
            for (nint p = 0; p < inner; p++)
            {
                *to = *from;
                from += innerStep;
                to += paddedLanes;
            }
        }

        for (; lane < paddedLanes; lane++)
        {
            for (nint p = 0; p < inner; p++)
            {
                panel[(p * paddedLanes) + lane] = default;
            }
        }
    }

    // lanes that are contiguous in memory
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TurnLines(T* source, nint laneStep, int lanes, int paddedLanes, int inner, T* panel)
    {
        int whole = inner - (inner % TurnedSquare.Half);
        for (int lane = 0; lane < lanes; lane += TurnedSquare.Half)
        {
            // the last squares lie over those before, if there are not as many lanes
            int first = Math.Min(lane, lanes - TurnedSquare.Half);
            T* from = source + (first * laneStep), to = panel + first;
            for (int p = 0; p < whole; p += TurnedSquare.Half)
            {
                TurnedSquare.TurnHalf(from, laneStep, to, paddedLanes);
                from += TurnedSquare.Half;
                to += TurnedSquare.Half * (nint)paddedLanes;
            }
        }

        for (nint p = whole; p < inner; p++)
        {
            for (int lane = 0; lane < lanes; lane++)
            {
                panel[(p * paddedLanes) + lane] = source[(lane * laneStep) + p];
            }
        }
    }
}
