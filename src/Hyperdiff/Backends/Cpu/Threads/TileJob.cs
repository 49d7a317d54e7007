using System.Runtime.ExceptionServices;

namespace Hyperdiff.Backends.Cpu.Threads;

/// <summary>One call of <see cref="WorkerPool.Run{TWork}"/> in progress; made once and used again by later calls.</summary>
/// <remarks>
/// The gate counts the workers inside the job and carries a sign that closes it:
/// <code>
/// gate ≥ 0          open, that many workers inside
/// gate &lt; 0          closed; int.MinValue + the workers still inside
/// int.MinValue      closed and empty: the owner may return, and the job may serve another call
/// </code>
/// A worker enters only by raising a non-negative gate, so no worker can touch a job whose owner has left.
/// </remarks>
/// <param name="threads">How many threads work on a call at most.</param>
internal sealed unsafe class TileJob(int threads)
{
    private const int ClosedAndEmpty = int.MinValue;

    // Tiles are short; a worker that is not done after this many spins was probably descheduled, and the owner sleeps instead.
    private const int SpinsBeforeSleep = 200;

    // Most wait for less than a tile, some microseconds; giving the processor up in between would cost as much.
    private const int LooksBeforeYield = 400;

    private readonly object _emptied = new();
    private readonly TileShares _shares = new(threads);
    private int _owned;
    private int _gate = ClosedAndEmpty;
    private void* _work;
    private delegate*<void*, int, void> _execute;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Takes the job for one call; false if another call has it.</summary>
    public bool TryClaim() => Volatile.Read(ref _owned) == 0 && Interlocked.CompareExchange(ref _owned, 1, 0) == 0;

    /// <summary>Lets workers in. Only the owner calls this.</summary>
    public void Open(int tiles, void* work, delegate*<void*, int, void> execute)
    {
        _shares.Deal(tiles);
        _work = work;
        _execute = execute;
        _failure = null;
        Volatile.Write(ref _gate, 0);
    }

    /// <summary>Enters as a worker and takes tiles until none is left; false if there was nothing to do.</summary>
    /// <param name="thread">The number of the worker, from 1.</param>
    public bool TryHelp(int thread)
    {
        int gate = Volatile.Read(ref _gate);
        while (true)
        {
            if (gate < 0 || !_shares.Any)
            {
                return false;
            }

            int seen = Interlocked.CompareExchange(ref _gate, gate + 1, gate);
            if (seen == gate)
            {
                break;
            }

            gate = seen;
        }

        ExecuteTiles(thread);
        if (Interlocked.Decrement(ref _gate) == ClosedAndEmpty)
        {
            lock (_emptied)
            {
                Monitor.PulseAll(_emptied);
            }
        }

        return true;
    }

    /// <summary>Takes tiles until none is left. A failure is kept for the owner and makes the rest of the tiles be skipped.</summary>
    /// <param name="thread">The number of the thread: 0 for the owner, from 1 for workers.</param>
    public void ExecuteTiles(int thread)
    {
        try
        {
            while (_shares.TryTake(thread, out int tile))
            {
                _execute(_work, tile);
            }
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(failure), null);
            _shares.Clear();
        }
    }

    /// <summary>Closes the gate, waits until every worker has left and gives the job back. Only the owner calls this.</summary>
    /// <returns>The first failure of a tile, or null.</returns>
    public ExceptionDispatchInfo? Finish()
    {
        Interlocked.Add(ref _gate, ClosedAndEmpty);
        for (int look = 0; look < LooksBeforeYield && Volatile.Read(ref _gate) != ClosedAndEmpty; look++)
        {
            Thread.SpinWait(1);
        }

        SpinWait spin = default;
        while (Volatile.Read(ref _gate) != ClosedAndEmpty)
        {
            if (spin.Count < SpinsBeforeSleep)
            {
                spin.SpinOnce(sleep1Threshold: -1);
                continue;
            }

            lock (_emptied)
            {
                while (Volatile.Read(ref _gate) != ClosedAndEmpty)
                {
                    Monitor.Wait(_emptied);
                }
            }
        }

        ExceptionDispatchInfo? failure = _failure;
        _failure = null;
        Volatile.Write(ref _owned, 0);
        return failure;
    }
}
