using System.Runtime.InteropServices;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>Native memory for packed panels, kept for later calls.</summary>
/// <remarks>
/// Rented buffers are exclusive to the renter. Returned ones wait in a few slots of the process; what finds no slot is freed. Memory is aligned to 64
/// bytes, the length of a cache line and of the longest vector.
/// </remarks>
internal sealed unsafe class PanelBuffer
{
    private const int Alignment = 64;

    // Growing by 64 KiB steps keeps products of slowly changing sizes from reallocating each time.
    private const nuint Granularity = 1 << 16;

    private static readonly PanelBuffer?[] s_waiting = new PanelBuffer?[Math.Max(16, 4 * Environment.ProcessorCount)];

    private nuint _bytes;

    private PanelBuffer()
    {
    }

    /// <summary>The start of the memory; its content is whatever the last renter left.</summary>
    public void* Address { get; private set; }

    /// <summary>Takes a buffer of at least <paramref name="elements"/> elements of <typeparamref name="T"/>.</summary>
    public static PanelBuffer Rent<T>(long elements)
        where T : unmanaged
    {
        PanelBuffer? buffer = null;
        for (int slot = 0; slot < s_waiting.Length && buffer is null; slot++)
        {
            if (Volatile.Read(ref s_waiting[slot]) is not null)
            {
                buffer = Interlocked.Exchange(ref s_waiting[slot], null);
            }
        }

        buffer ??= new PanelBuffer();
        buffer.Grow(checked((nuint)elements * (nuint)sizeof(T)));
        return buffer;
    }

    /// <summary>Gives the buffer back; the renter must not touch its memory any more.</summary>
    public void Return()
    {
        for (int slot = 0; slot < s_waiting.Length; slot++)
        {
            if (Volatile.Read(ref s_waiting[slot]) is null && Interlocked.CompareExchange(ref s_waiting[slot], this, null) is null)
            {
                return;
            }
        }

        NativeMemory.AlignedFree(Address);
        Address = null;
        _bytes = 0;
    }

    private void Grow(nuint bytes)
    {
        if (bytes <= _bytes)
        {
            return;
        }

        NativeMemory.AlignedFree(Address);
        Address = null;
        _bytes = 0;
        nuint rounded = (bytes + Granularity - 1) & ~(Granularity - 1);
        Address = NativeMemory.AlignedAlloc(rounded, rounded < HugePages.Size ? Alignment : (nuint)HugePages.Size);
        HugePages.Ask(Address, rounded);
        _bytes = rounded;
    }
}
