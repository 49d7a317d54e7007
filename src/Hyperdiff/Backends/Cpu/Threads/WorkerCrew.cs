using System.Diagnostics;

namespace Hyperdiff.Backends.Cpu.Threads;

/// <summary>The threads of a <see cref="WorkerPool"/> and what they work on. A thread keeps what it works on alive, so this knows nothing of the pool: an
/// abandoned pool can end its threads.</summary>
internal sealed class WorkerCrew
{
    // More calls than this at one moment (concurrent plus nested) run on their own threads alone.
    private const int MaxSharedCalls = 16;

    // a look takes a few ten nanoseconds, and reading the clock about as long
    private const int LooksPerRound = 16;

    // Then a thread lets others of the same processor run between looks, and announces that it will sleep.
    private static readonly long s_spinTicks = Stopwatch.Frequency / 50_000;

    // Of up to a microsecond each, counted and not timed: a thread that the system has put aside would find its time over, and sleep just when there is work
    // again. Parts of a solve that only one thread works on take up to some hundred microseconds, and to wake a thread fifty and more.
    private const int Rounds = 1000;

    private readonly TileJob[] _jobs = new TileJob[MaxSharedCalls];
    private readonly Thread?[] _workers;
    private readonly AutoResetEvent[] _alarms;
    private readonly int[] _asleep;
    private readonly object _changes = new();
    private LineApart _published;
    private int _drowsy;
    private volatile int _jobsUsed;
    private volatile bool _started;
    private volatile bool _dismissed;

    /// <summary>A crew; no thread starts before it is needed.</summary>
    public WorkerCrew(int workers)
    {
        _workers = new Thread?[workers];
        _alarms = new AutoResetEvent[workers];
        _asleep = new int[workers];
        for (int i = 0; i < _jobs.Length; i++)
        {
            _jobs[i] = new TileJob(workers + 1);
        }
    }

    /// <summary>Ends the threads once they are out of tiles.</summary>
    public void Dismiss()
    {
        _dismissed = true;
        WakeSleepers(_workers.Length);
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
        lock (_changes)
        {
            _jobsUsed = Math.Max(_jobsUsed, count);
        }
    }

    private void Start()
    {
        lock (_changes)
        {
            for (int i = 0; i < _workers.Length && !_started; i++)
            {
                int number = i + 1;
                _alarms[i] = new AutoResetEvent(false);
                _workers[i] = new Thread(() => Serve(number)) { IsBackground = true, Name = "Hyperdiff worker" };
                _workers[i]!.UnsafeStart();
            }

            _started = true;
        }
    }

    /// <summary>Says that a job has tiles, and wakes so many threads, if they sleep.</summary>
    /// <remarks>
    /// No fence stands between the tiles that were dealt out and the look for drowsy threads, since the caller would wait in it for the workers' caches. A
    /// thread says that it is drowsy long before it sleeps, and goes on looking for tiles: if it is not seen here, it sees the tiles, which come out of the
    /// caller's store buffer within a microsecond. Two callers at once may write the same number; threads look at the shares themselves before they sleep.
    /// </remarks>
    public void Wake(int helpers)
    {
        Volatile.Write(ref _published.Value, _published.Value + 1);
        if (Volatile.Read(ref _drowsy) != 0)
        {
            WakeSleepers(helpers);
        }
    }

    // Each has an event of its own: who is woken by a monitor has to take the monitor, which its caller still holds, and both wait for the system.
    private void WakeSleepers(int helpers)
    {
        // either the caller sees who is asleep, or that thread sees the tiles, or that it is dismissed
        Interlocked.MemoryBarrier();
        for (int i = 0; i < _asleep.Length && helpers > 0; i++)
        {
            if (Volatile.Read(ref _asleep[i]) != 0 && Interlocked.Exchange(ref _asleep[i], 0) != 0)
            {
                _alarms[i].Set();
                helpers--;
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
                Interlocked.Increment(ref _drowsy);
                if (!YieldUntilPublished(number, seen))
                {
                    SleepUntilPublished(number, seen);
                }

                Interlocked.Decrement(ref _drowsy);
            }
        }
    }

    // without a pause between looks: a call may be done in a few microseconds
    private bool SpinUntilPublished(int number, long seen)
    {
        long end = Stopwatch.GetTimestamp() + s_spinTicks;
        do
        {
            if (LookForWork(number, seen))
            {
                return true;
            }
        }
        while (Stopwatch.GetTimestamp() < end);
        return false;
    }

    private bool YieldUntilPublished(int number, long seen)
    {
        for (int round = 0; round < Rounds; round++)
        {
            Thread.Yield();
            if (LookForWork(number, seen))
            {
                return true;
            }
        }

        return false;
    }

    private bool LookForWork(int number, long seen)
    {
        for (int look = 0; look < LooksPerRound; look++)
        {
            if (Volatile.Read(ref _published.Value) != seen || HasShare(number))
            {
                return true;
            }

            Thread.SpinWait(1);
        }

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

    private void SleepUntilPublished(int number, long seen)
    {
        ref int asleep = ref _asleep[number - 1];
        Interlocked.Exchange(ref asleep, 1);
        bool hasReason = Volatile.Read(ref _published.Value) != seen || _dismissed || Array.Exists(_jobs, job => job.Any);

        // who has been called has to wait for the call: it would end the next sleep
        if (!hasReason || Interlocked.Exchange(ref asleep, 0) == 0)
        {
            _alarms[number - 1].WaitOne();
        }
    }
}
