using System.Runtime.InteropServices;

namespace Hyperdiff.Backends.Cpu.Threads;

/// <summary>The tiles of one call, dealt out: a thread has a share of consecutive ones, and takes the last of another's when its own is empty.</summary>
/// <remarks>
/// <para>
/// Calls come in sequences over the same data with the same tiles, such as the updates of a solver: who had a part of the data in its cache gets that part
/// again, as long as no thread is late, and no two threads wait for each other to take a tile. Who executes a tile does not change a bit of what it computes.
/// </para>
/// <para>
/// A line of a cache takes 50 to 200 ns from one processor to another, and a call may be done in a few microseconds. So all that a thread and the owner of
/// the call tell each other is in one line: what is left of the share, what to execute, and how many tiles the thread has done.
/// </para>
/// <para>
/// Who has taken a tile keeps the call open until the tile is counted as done. So what to execute is read after that, and is right even if the tile turns
/// out to be of a later call than the one that was looked at.
/// </para>
/// </remarks>
internal sealed unsafe class TileShares
{
    private readonly TileShare[] _memory;
    private readonly TileShare* _shares;
    private readonly int _threads;

    /// <summary>Shares without tiles.</summary>
    /// <param name="threads">How many threads may come.</param>
    public TileShares(int threads)
    {
        // pinned, so that shares stay where lines begin
        _memory = GC.AllocateArray<TileShare>(threads + 1, pinned: true);
        _threads = threads;
        nint first = (nint)Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0);
        _shares = (TileShare*)((first + sizeof(TileShare) - 1) & -sizeof(TileShare));
    }

    /// <summary>Whether tiles are left.</summary>
    public bool Any
    {
        get
        {
            for (int thread = 0; thread < _threads; thread++)
            {
                if (HasOwn(thread))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>How many tiles others than the owner have done since the shares were made.</summary>
    public long DoneByWorkers
    {
        get
        {
            long done = 0;
            for (int thread = 1; thread < _threads; thread++)
            {
                done += Volatile.Read(ref _shares[thread].Done);
            }

            return done;
        }
    }

    /// <summary>Deals the tiles out, but for the first, which is the owner's. All that were dealt before are done.</summary>
    /// <param name="tiles">How many tiles; at least one.</param>
    /// <param name="call">What to execute.</param>
    public void Deal(int tiles, TileCall call)
    {
        int count = Math.Min(tiles, _threads), end = tiles;
        for (int thread = count - 1; thread >= 0; thread--)
        {
            int begin = thread == 0 ? 1 : (int)((long)thread * tiles / count);
            TileShare* share = _shares + thread;
            share->Call = call;
            Volatile.Write(ref share->Left, ((long)end << 32) | (uint)begin);
            end = begin;
        }
    }

    /// <summary>Whether tiles are left of the thread's own.</summary>
    public bool HasOwn(int thread)
    {
        long left = Volatile.Read(ref _shares[thread].Left);
        return (int)left < (int)(left >> 32);
    }

    /// <summary>Takes a tile: the first of the thread's own share or, if that is empty, the last of another's.</summary>
    /// <param name="thread">The number of the thread, 0 for the one that made the call.</param>
    /// <param name="call">What to execute.</param>
    /// <param name="tile">The number of the tile.</param>
    /// <returns>False if no tile is left.</returns>
    public bool TryTake(int thread, out TileCall call, out int tile)
    {
        TileShare* share = _shares + thread;
        bool taken = TryTake(share, 1, out tile);
        for (int further = 1; !taken && further < _threads; further++)
        {
            share = _shares + ((thread + further) % _threads);
            taken = TryTake(share, -1L << 32, out tile);
        }

        call = taken ? share->Call : default;
        return taken;
    }

    /// <summary>Counts tiles as done, after all that was done in them.</summary>
    /// <param name="thread">The number of the thread, from 1: the owner knows what it did itself.</param>
    /// <param name="tiles">How many.</param>
    public void Count(int thread, int tiles) => Volatile.Write(ref _shares[thread].Done, _shares[thread].Done + tiles);

    /// <summary>Leaves no tile to take.</summary>
    /// <returns>How many there were, which whoever asks has to count as done.</returns>
    public int Clear()
    {
        int cleared = 0;
        for (int thread = 0; thread < _threads; thread++)
        {
            long left = Interlocked.Exchange(ref _shares[thread].Left, 0);
            cleared += (int)(left >> 32) - (int)left;
        }

        return cleared;
    }

    private static bool TryTake(TileShare* share, long step, out int tile)
    {
        long seen = Volatile.Read(ref share->Left);
        while ((int)seen < (int)(seen >> 32))
        {
            long found = Interlocked.CompareExchange(ref share->Left, seen + step, seen);
            if (found == seen)
            {
                tile = step > 0 ? (int)seen : (int)(seen >> 32) - 1;
                return true;
            }

            seen = found;
        }

        tile = 0;
        return false;
    }
}

/// <summary>What a thread and the owner of a call tell each other. Two lines of a cache, since neighbors are fetched in pairs.</summary>
[StructLayout(LayoutKind.Sequential, Size = 128)]
internal struct TileShare
{
    /// <summary>Tiles begin .. end − 1 are left: begin in the lower half, end in the upper one.</summary>
    public long Left;

    /// <summary>What to execute.</summary>
    public TileCall Call;

    /// <summary>How many tiles the thread has done since the shares were made. Only that thread writes it.</summary>
    public long Done;
}

/// <summary>What a call executes. It lies on the stack of who made the call.</summary>
/// <param name="Work">A pointer to the work.</param>
/// <param name="Execute">A pointer to a function of the work and the number of a tile.</param>
internal readonly record struct TileCall(nint Work, nint Execute)
{
    /// <summary>Executes a tile.</summary>
    public unsafe void Invoke(int tile) => ((delegate*<void*, int, void>)Execute)((void*)Work, tile);
}
