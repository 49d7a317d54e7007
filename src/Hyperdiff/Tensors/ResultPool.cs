using System.Runtime;
using System.Runtime.CompilerServices;

namespace Hyperdiff;

/// <summary>Memory of large results, given out again once nobody can reach it: without that, every large result costs fresh pages of the operating system,
/// and soon a full collection.</summary>
/// <remarks>
/// <para>
/// The garbage collector is the proof that nobody reads an array any more: its guard is reachable through the array alone (an ephemeron,
/// <see cref="DependentHandle"/>), and so is finalized when no tensor, window, span or reference into the array is left. The guard alone holds the array then,
/// and hands it in. (A finalizer that reads a tensor of its own object could read what another result wrote: finalizers must not touch other objects.)
/// </para>
/// <para>What waits here is held weakly: it is given up at the next collection of its generation, so that no program keeps more than such a collection found
/// dead.</para>
/// </remarks>
internal static class ResultPool
{
    /// <summary>From how many bytes on an array comes from here: those that the collector has among its large objects.</summary>
    public const int Least = 85_000;

    // what may be guarded at a time: a collection that finds all of it dead keeps all of it once
    private static readonly long s_mostGuarded = Math.Min(1L << 25, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 64);

    private static readonly List<WeakReference<Guard>> s_waiting = [];
    private static long s_guarded;

    /// <summary>An array with any elements, of <see cref="Least"/> bytes or more.</summary>
    public static T[] Rent<T>(int length)
        where T : unmanaged
    {
        lock (s_waiting)
        {
            for (int i = s_waiting.Count - 1; i >= 0; i--)
            {
                if (!s_waiting[i].TryGetTarget(out Guard? guard))
                {
                    s_waiting.RemoveAt(i);
                }
                else if (guard.Array is T[] array && array.Length == length)
                {
                    s_waiting.RemoveAt(i);
                    guard.Stand();
                    return array;
                }
            }
        }

        T[] fresh = HugePages.For(GC.AllocateUninitializedArray<T>(length));
        if (Volatile.Read(ref s_guarded) < s_mostGuarded)
        {
            new Guard(fresh, (long)length * Unsafe.SizeOf<T>()).Stand();
        }

        return fresh;
    }

    private sealed class Guard
    {
        private DependentHandle _handle;

        // more than 2³¹ at times, of which Buffer.ByteLength makes an exception
        private readonly long _bytes;

        public Guard(Array array, long bytes)
        {
            (Array, _bytes) = (array, bytes);
            GC.SuppressFinalize(this);
        }

        // the array is unreachable
        ~Guard()
        {
            _handle.Dispose();
            Interlocked.Add(ref s_guarded, -_bytes);
            lock (s_waiting)
            {
                s_waiting.Add(new WeakReference<Guard>(this));
            }
        }

        public Array Array { get; }

        public void Stand()
        {
            Interlocked.Add(ref s_guarded, _bytes);
            _handle = new DependentHandle(Array, this);
            GC.ReRegisterForFinalize(this);
        }
    }
}
