using System.Runtime.ExceptionServices;

namespace Hyperdiff.Backends.Cpu.Threads;

/// <summary>One call of <see cref="WorkerPool.Run{TWork}"/> in progress; made once and used again by later calls.</summary>
/// <remarks>
/// A call is over when all its tiles are done; nothing else closes it. A worker that has taken a tile therefore keeps the job open until it has counted the
/// tile as done, and one that has not touches nothing of the call but the shares, which hold no tile between two calls.
/// </remarks>
/// <param name="threads">How many threads work on a call at most.</param>
internal sealed class TileJob(int threads)
{
    // Tiles are short; a worker that is not done after this many spins was probably descheduled, and the owner sleeps instead.
    private const int SpinsBeforeSleep = 200;

    // Most wait for less than a tile, some microseconds; giving the processor up in between would cost as much.
    private const int LooksBeforeYield = 400;

    // Workers read these at every call, and nobody writes them but where a tile fails or the owner sleeps.
    private readonly object _emptied = new();
    private readonly TileShares _shares = new(threads);
    private ExceptionDispatchInfo? _failure;
    private bool _ownerSleeps;

    // 1 while a call has the job
    private LineApart _owned;

    // how many tiles workers will have done when the last call is over
    private LineApart _byWorkers;

    /// <summary>Whether tiles are left.</summary>
    public bool Any => _shares.Any;

    /// <summary>Takes the job for one call; false if another call has it.</summary>
    public bool TryClaim() => Volatile.Read(ref _owned.Value) == 0 && Interlocked.CompareExchange(ref _owned.Value, 1, 0) == 0;

    /// <summary>Lets workers in. Only the owner calls this.</summary>
    public void Open(int tiles, TileCall call) => _shares.Deal(tiles, call);

    /// <summary>Whether the worker has tiles of its own here.</summary>
    public bool HasOwn(int thread) => _shares.HasOwn(thread);

    /// <summary>Takes tiles as a worker until none is left; false if there was none.</summary>
    /// <param name="thread">The number of the worker, from 1.</param>
    public bool TryHelp(int thread)
    {
        bool helped = false;
        while (_shares.TryTake(thread, out TileCall call, out int tile))
        {
            _shares.Count(thread, Execute(call, tile));
            helped = true;
        }

        if (helped)
        {
            // an owner that goes to sleep says so before it counts a last time, both with full fences: either it sees the last tile or is seen to sleep
            Interlocked.MemoryBarrier();
            if (Volatile.Read(ref _ownerSleeps))
            {
                lock (_emptied)
                {
                    Monitor.PulseAll(_emptied);
                }
            }
        }

        return helped;
    }

    /// <summary>Executes the first tile and all that are left, waits until workers are done with theirs and gives the job back. Only the owner calls
    /// this.</summary>
    /// <returns>The first failure of a tile, or null.</returns>
    public ExceptionDispatchInfo? Finish(int tiles, TileCall call)
    {
        int done = Execute(call, 0);
        while (_shares.TryTake(0, out _, out int tile))
        {
            done += Execute(call, tile);
        }

        _byWorkers.Value += tiles - done;
        Await();
        ExceptionDispatchInfo? failure = _failure;
        if (failure is not null)
        {
            _failure = null;
        }

        Volatile.Write(ref _owned.Value, 0);
        return failure;
    }

    // A failure is kept for the owner and makes the rest of the tiles be skipped. The result is how many are done.
    private int Execute(TileCall call, int tile)
    {
        try
        {
            call.Invoke(tile);
            return 1;
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(failure), null);
            return 1 + _shares.Clear();
        }
    }

    private void Await()
    {
        long done = _byWorkers.Value;
        for (int look = 0; look < LooksBeforeYield && _shares.DoneByWorkers != done; look++)
        {
            Thread.SpinWait(1);
        }

        SpinWait spin = default;
        while (_shares.DoneByWorkers != done)
        {
            if (spin.Count < SpinsBeforeSleep)
            {
                spin.SpinOnce(sleep1Threshold: -1);
                continue;
            }

            lock (_emptied)
            {
                Volatile.Write(ref _ownerSleeps, true);
                Interlocked.MemoryBarrier();
                while (_shares.DoneByWorkers != done)
                {
                    Monitor.Wait(_emptied);
                }

                Volatile.Write(ref _ownerSleeps, false);
            }
        }
    }
}
