using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Hyperdiff.Backends.Cpu.Threads;

/// <summary>Runs tiles on the calling thread and on a fixed number of worker threads of its own.</summary>
/// <remarks>
/// <para>
/// A call publishes a <see cref="TileJob"/>, takes tiles itself and returns when the last one is done. A call never waits for a worker to become free:
/// it can always finish alone. So tiles may call <see cref="Run{TWork}"/> again, and any number of threads may call at once; workers help whichever calls
/// have tiles left.
/// </para>
/// <para>
/// Workers start with the first call that has something to share, spin for a moment after their last tile because tensor code sends work in bursts,
/// and then sleep. A call allocates nothing.
/// </para>
/// </remarks>
internal sealed class WorkerPool : IDisposable
{
    // More calls than this at one moment (concurrent plus nested) run on their own threads alone.
    private const int MaxSharedCalls = 16;

    // About the cost of putting a thread to sleep and waking it: spinning longer costs more than it can save.
    private static readonly long s_spinTicks = Stopwatch.Frequency / 25_000;

    private static readonly Lazy<WorkerPool> s_shared = new(() => new WorkerPool(ThreadCount.FromEnvironment()));

    private readonly TileJob[] _jobs = new TileJob[MaxSharedCalls];
    private readonly Thread?[] _workers;
    private readonly object _bed = new();
    private int _published;
    private int _sleepers;
    private volatile bool _started;
    private volatile bool _disposed;

    /// <summary>Makes a pool; no thread starts before it is needed.</summary>
    /// <param name="threads">How many threads work on one call, the caller included; at least 1.</param>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, ThreadCount.Maximum);
        Threads = threads;
        _workers = new Thread?[threads - 1];
        for (int i = 0; i < _jobs.Length; i++)
        {
            _jobs[i] = new TileJob();
        }
    }

    /// <summary>The pool of the process, sized by <see cref="ThreadCount.FromEnvironment"/>.</summary>
    public static WorkerPool Shared => s_shared.Value;

    /// <summary>A pool without workers: every call runs on the thread that makes it.</summary>
    public static WorkerPool Inline { get; } = new(1);

    /// <summary>How many threads work on one call, the caller included.</summary>
    public int Threads { get; }

    /// <summary>Executes every tile once and returns when all are done.</summary>
    /// <param name="tiles">How many tiles; 0 does nothing, 1 runs on the calling thread.</param>
    /// <param name="work">The work; copied, and kept on the caller's stack while it runs.</param>
    /// <exception cref="ObjectDisposedException">The pool was disposed and there are tiles to share.</exception>
    /// <remarks>If a tile throws, tiles not yet begun are skipped and the first exception is thrown again here.</remarks>
    public unsafe void Run<TWork>(int tiles, in TWork work)
        where TWork : struct, ITileWork
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tiles);
        TWork copy = work;
        TileJob? job = tiles <= 1 || Threads == 1 ? null : Claim();
        if (job is null)
        {
            for (int tile = 0; tile < tiles; tile++)
            {
                copy.Execute(tile);
            }

            return;
        }

        job.Open(tiles, Unsafe.AsPointer(ref copy), &Execute<TWork>);
        Wake(Math.Min(tiles, Threads) - 1);
        job.ExecuteTiles();
        job.Finish()?.Throw();
    }

    /// <summary>Ends the worker threads once they are out of tiles.</summary>
    public void Dispose()
    {
        lock (_bed)
        {
            _disposed = true;
            Monitor.PulseAll(_bed);
        }
    }

    private static unsafe void Execute<TWork>(void* work, int tile)
        where TWork : struct, ITileWork => Unsafe.AsRef<TWork>(work).Execute(tile);

    private TileJob? Claim()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_started)
        {
            Start();
        }

        foreach (TileJob job in _jobs)
        {
            if (job.TryClaim())
            {
                return job;
            }
        }

        return null;
    }

    private void Start()
    {
        lock (_bed)
        {
            for (int i = 0; i < _workers.Length && !_started; i++)
            {
                _workers[i] = new Thread(Serve) { IsBackground = true, Name = "Hyperdiff worker" };
                _workers[i]!.UnsafeStart();
            }

            _started = true;
        }
    }

    // The counter is raised before the sleepers are read, and a worker counts itself as a sleeper before it reads the counter a last time (both with full
    // fences): either the caller sees the sleeper or the sleeper sees the call, so no wake-up is lost.
    private void Wake(int helpers)
    {
        Interlocked.Increment(ref _published);
        if (Volatile.Read(ref _sleepers) == 0)
        {
            return;
        }

        lock (_bed)
        {
            for (int i = Math.Min(helpers, _sleepers); i > 0; i--)
            {
                Monitor.Pulse(_bed);
            }
        }
    }

    private void Serve()
    {
        while (!_disposed)
        {
            int seen = Volatile.Read(ref _published);
            bool helped = false;
            foreach (TileJob job in _jobs)
            {
                helped |= job.TryHelp();
            }

            if (!helped && !SpinUntilPublished(seen))
            {
                SleepUntilPublished(seen);
            }
        }
    }

    private bool SpinUntilPublished(int seen)
    {
        long end = Stopwatch.GetTimestamp() + s_spinTicks;
        do
        {
            if (Volatile.Read(ref _published) != seen)
            {
                return true;
            }

            Thread.SpinWait(10);
        }
        while (Stopwatch.GetTimestamp() < end);
        return false;
    }

    private void SleepUntilPublished(int seen)
    {
        lock (_bed)
        {
            Interlocked.Increment(ref _sleepers);
            if (Volatile.Read(ref _published) == seen && !_disposed)
            {
                Monitor.Wait(_bed);
            }

            Interlocked.Decrement(ref _sleepers);
        }
    }
}
