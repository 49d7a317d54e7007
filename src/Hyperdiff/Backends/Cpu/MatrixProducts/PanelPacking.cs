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
    // The register tile takes two steps of a packed panel at once.
    private const int InnerMultiple = 2;

    /// <summary>The length of a packed panel: even, so that the register tile needs no remainder loop.</summary>
    public static int PaddedInner(int inner) => (inner + InnerMultiple - 1) & ~(InnerMultiple - 1);

    /// <summary>Packs one panel.</summary>
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

        for (int lane = lanes; lane < paddedLanes; lane++)
        {
            for (nint p = 0; p < inner; p++)
            {
                panel[(p * paddedLanes) + lane] = default;
            }
        }

        new Span<T>(panel + ((nint)inner * paddedLanes), (PaddedInner(inner) - inner) * paddedLanes).Clear();
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    private static void CopyRows(T* source, nint innerStep, int lanes, int paddedLanes, int inner, T* panel)
    {
        int whole = lanes - (lanes % TLanes.Count);
        for (nint p = 0; p < inner; p++)
        {
            int lane = 0;
            for (; lane < whole; lane += TLanes.Count)
            {
                TLanes.Store(TLanes.Load(source + lane), panel + lane);
            }

            for (; lane < lanes; lane++)
            {
                panel[lane] = source[lane];
            }

            source += innerStep;
            panel += paddedLanes;
        }
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    private static void CopyColumns(T* source, nint laneStep, nint innerStep, int lanes, int paddedLanes, int inner, T* panel)
    {
        int lane = 0;
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
    }
}
