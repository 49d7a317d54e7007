using System.Diagnostics;

namespace Hyperdiff.Backends.Cpu.Threads;

/// <summary>The threads of a <see cref="WorkerPool"/> and what they work on. A thread keeps what it works on alive, so this knows nothing of the pool: an
/// abandoned pool can end its threads.</summary>
internal sealed class WorkerCrew
{
    // More calls than this at one moment (concurrent plus nested) run on their own threads alone.
    private const int MaxSharedCalls = 16;

    // a look takes a few ten nanoseconds, and reading the clock about as long
    private const int LooksPerClock = 16;

    // About the cost of putting a thread to sleep and waking it: spinning longer costs more than it can save.
    private static readonly long s_spinTicks = Stopwatch.Frequency / 25_000;

    private readonly TileJob[] _jobs = new TileJob[MaxSharedCalls];
    private readonly Thread?[] _workers;
    private readonly object _bed = new();
    private int _published;
    private int _sleepers;
    private volatile bool _started;
    private volatile bool _dismissed;

    /// <summary>A crew; no thread starts before it is needed.</summary>
    public WorkerCrew(int workers)
    {
        _workers = new Thread?[workers];
        for (int i = 0; i < _jobs.Length; i++)
        {
            _jobs[i] = new TileJob(workers + 1);
        }
    }

    /// <summary>Ends the threads once they are out of tiles.</summary>
    public void Dismiss()
    {
        lock (_bed)
        {
            _dismissed = true;
            Monitor.PulseAll(_bed);
        }
    }

    /// <summary>A job that the threads look at; null if there are too many calls.</summary>
    public TileJob? Claim()
    {
        ObjectDisposedException.ThrowIf(_dismissed, typeof(WorkerPool));
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
                int number = i + 1;
                _workers[i] = new Thread(() => Serve(number)) { IsBackground = true, Name = "Hyperdiff worker" };
                _workers[i]!.UnsafeStart();
            }

            _started = true;
        }
    }

    /// <summary>Wakes so many threads, if they sleep.</summary>
    public void Wake(int helpers)
    {
        // The counter is raised before the sleepers are read, and a worker counts itself as a sleeper before it reads the counter a last time (both with full
        // fences): either the caller sees the sleeper or the sleeper sees the call, so no wake-up is lost.
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

    private void Serve(int number)
    {
        while (!_dismissed)
        {
            int seen = Volatile.Read(ref _published);
            bool helped = false;
            foreach (TileJob job in _jobs)
            {
                helped |= job.TryHelp(number);
            }

            if (!helped && !SpinUntilPublished(seen))
            {
                SleepUntilPublished(seen);
            }
        }
    }

    // without a pause between looks: a call may be done in a few microseconds
    private bool SpinUntilPublished(int seen)
    {
        long end = Stopwatch.GetTimestamp() + s_spinTicks;
        do
        {
            for (int look = 0; look < LooksPerClock; look++)
            {
                if (Volatile.Read(ref _published) != seen)
                {
                    return true;
                }

                Thread.SpinWait(1);
            }
        }
        while (Stopwatch.GetTimestamp() < end);
        return false;
    }

    private void SleepUntilPublished(int seen)
    {
        lock (_bed)
        {
            Interlocked.Increment(ref _sleepers);
            if (Volatile.Read(ref _published) == seen && !_dismissed)
            {
                Monitor.Wait(_bed);
            }

            Interlocked.Decrement(ref _sleepers);
        }
    }
}
