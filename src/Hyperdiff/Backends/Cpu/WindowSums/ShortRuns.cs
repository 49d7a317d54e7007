using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.WindowSums;

/// <summary>Copies of runs of a few elements, for which a call would take longer than the copy.</summary>
internal static unsafe class ShortRuns
{
    /// <summary>Copies so many elements, and touches no others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy<T>(T* from, T* to, int count)
        where T : unmanaged
    {
        nint bytes = (nint)count * sizeof(T);
        byte* source = (byte*)from, target = (byte*)to;
        if (bytes >= Vector512<byte>.Count)
        {
            for (nint i = 0; i <= bytes - Vector512<byte>.Count; i += Vector512<byte>.Count)
            {
                Vector512.Store(Vector512.Load(source + i), target + i);
            }

            Vector512.Store(Vector512.Load(source + bytes - Vector512<byte>.Count), target + bytes - Vector512<byte>.Count);
        }
        else if (bytes >= Vector256<byte>.Count)
        {
            // two that meet or overlap
            Vector256<byte> last = Vector256.Load(source + bytes - Vector256<byte>.Count);
            Vector256.Store(Vector256.Load(source), target);
            Vector256.Store(last, target + bytes - Vector256<byte>.Count);
        }
        else if (bytes >= Vector128<byte>.Count)
        {
            Vector128<byte> last = Vector128.Load(source + bytes - Vector128<byte>.Count);
            Vector128.Store(Vector128.Load(source), target);
            Vector128.Store(last, target + bytes - Vector128<byte>.Count);
        }
        else
        {
            for (int i = 0; i < count; i++)
            {
                to[i] = from[i];
            }
        }
    }

    /// <summary>Copies so many elements, and up to <see cref="Beyond"/> bytes more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyWhole<T>(T* from, T* to, int count)
        where T : unmanaged
    {
        nint bytes = (nint)count * sizeof(T);
        byte* source = (byte*)from, target = (byte*)to;
        if (bytes <= Vector256<byte>.Count)
        {
            Vector256.Store(Vector256.Load(source), target);
            return;
        }

        for (nint i = 0; i < bytes; i += Vector512<byte>.Count)
        {
            Vector512.Store(Vector512.Load(source + i), target + i);
        }
    }

    /// <summary>The bytes behind a run that <see cref="CopyWhole{T}"/> may read and write.</summary>
    public const int Beyond = 64;
}
