namespace Hyperdiff.Backends.Cpu.Threads;

/// <summary>The tiles of one call, dealt out: a thread has a share of consecutive ones, and takes the last of another's when its own is empty.</summary>
/// <remarks>
/// Calls come in sequences over the same data with the same tiles, such as the updates of a solver: who had a part of the data in its cache gets that part
/// again, as long as no thread is late, and no two threads wait for each other to take a tile. Who executes a tile does not change a bit of what it computes.
/// </remarks>
/// <param name="threads">How many threads may come.</param>
internal sealed class TileShares(int threads)
{
    // two lines of a cache, since neighbors are fetched in pairs
    private const int Stride = 16;

    // Tiles begin .. end − 1 are left: begin in the lower half, end in the upper one. Threads look at them at any time, also while they are dealt out.
    private readonly long[] _left = new long[(threads + 1) * Stride];
    private int _count;

    /// <summary>Deals the tiles out; nobody may take any meanwhile.</summary>
    /// <param name="tiles">How many tiles.</param>
    public void Deal(int tiles)
    {
        int count = Math.Min(tiles, threads);
        for (int share = 0, begin = 0; share < count; share++)
        {
            int end = (int)((share + 1L) * tiles / count);
            Volatile.Write(ref Left(share), ((long)end << 32) | (uint)begin);
            begin = end;
        }

        _count = count;
    }

    /// <summary>Whether tiles are left.</summary>
    public bool Any
    {
        get
        {
            for (int share = 0; share < _count; share++)
            {
                long left = Volatile.Read(ref Left(share));
                if ((int)left < (int)(left >> 32))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Takes a tile: the first of the thread's own share or, if that is empty, the last of another's.</summary>
    /// <param name="thread">The number of the thread, 0 for the one that made the call.</param>
    /// <param name="tile">The number of the tile.</param>
    /// <returns>False if no tile is left.</returns>
    public bool TryTake(int thread, out int tile)
    {
        int own = thread % _count;
        if (TryTake(own, 1, out tile))
        {
            return true;
        }

        for (int further = 1; further < _count; further++)
        {
            if (TryTake((own + further) % _count, -1L << 32, out tile))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Leaves no tile to take.</summary>
    public void Clear()
    {
        for (int share = 0; share < _count; share++)
        {
            Volatile.Write(ref Left(share), 0);
        }
    }

    private ref long Left(int share) => ref _left[(share + 1) * Stride];

    private bool TryTake(int share, long step, out int tile)
    {
        ref long left = ref Left(share);
        long seen = Volatile.Read(ref left);
        while ((int)seen < (int)(seen >> 32))
        {
            long found = Interlocked.CompareExchange(ref left, seen + step, seen);
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
