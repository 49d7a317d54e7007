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

    // Twice this is about the cost of putting a thread to sleep and waking it: spinning longer costs more than it can save.
    private static readonly long s_spinTicks = Stopwatch.Frequency / 50_000;

    private readonly TileJob[] _jobs = new TileJob[MaxSharedCalls];
    private readonly Thread?[] _workers;
    private readonly object _bed = new();
    private LineApart _published;
    private int _sleepers;
    private volatile int _jobsUsed;
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

        for (int i = 0; i < _jobs.Length; i++)
        {
            if (_jobs[i].TryClaim())
            {
                if (i >= _jobsUsed)
                {
                    UseJobs(i + 1);
                }

                return _jobs[i];
            }
        }

        return null;
    }

    private void UseJobs(int count)
    {
        lock (_bed)
        {
            _jobsUsed = Math.Max(_jobsUsed, count);
        }
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

    /// <summary>Says that a job has tiles, and wakes so many threads, if they sleep.</summary>
    /// <remarks>
    /// No fence stands between the tiles that were dealt out and the look for sleepers, since the caller would wait in it for the workers' caches. A thread
    /// counts itself as a sleeper long before it sleeps, and goes on looking for tiles: if it is not seen here, it sees the tiles, which come out of the
    /// caller's store buffer within a microsecond. Two callers at once may write the same number; threads look at the shares themselves before they sleep.
    /// </remarks>
    public void Wake(int helpers)
    {
        Volatile.Write(ref _published.Value, _published.Value + 1);
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
            long seen = Volatile.Read(ref _published.Value);
            bool helped = false;
            for (int i = 0; i < _jobsUsed; i++)
            {
                helped |= _jobs[i].TryHelp(number);
            }

            if (!helped && !SpinUntilPublished(number, seen))
            {
                Interlocked.Increment(ref _sleepers);
                if (!SpinUntilPublished(number, seen))
                {
                    SleepUntilPublished(seen);
                }

                Interlocked.Decrement(ref _sleepers);
            }
        }
    }

    // without a pause between looks: a call may be done in a few microseconds
    private bool SpinUntilPublished(int number, long seen)
    {
        long end = Stopwatch.GetTimestamp() + s_spinTicks;
        do
        {
            for (int look = 0; look < LooksPerClock; look++)
            {
                if (Volatile.Read(ref _published.Value) != seen || HasShare(number))
                {
                    return true;
                }

                Thread.SpinWait(1);
            }
        }
        while (Stopwatch.GetTimestamp() < end);
        return false;
    }

    // the tiles of a thread and what to do with them come in one line, so it is asked for at once
    private bool HasShare(int number)
    {
        for (int i = 0; i < _jobsUsed; i++)
        {
            if (_jobs[i].HasOwn(number))
            {
                return true;
            }
        }

        return false;
    }

    private void SleepUntilPublished(long seen)
    {
        lock (_bed)
        {
            if (Volatile.Read(ref _published.Value) == seen && !_dismissed && !Array.Exists(_jobs, job => job.Any))
            {
                Monitor.Wait(_bed);
            }
        }
    }
}
