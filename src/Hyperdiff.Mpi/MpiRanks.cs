using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Hyperdiff.Mpi;

/// <summary>Ranks that are processes, on one machine or many, started by the launcher of an MPI library: <c>mpirun -n 4 dotnet Program.dll</c>.</summary>
/// <remarks>
/// <para>The library is that of the launcher, found when ranks are started, and nothing of it is needed to build: Open MPI, MPICH or a relative, or one with
/// the standard binary interface of MPI-5. The variable <c>HYPERDIFF_MPI</c> names another. A process that was started without a launcher is one rank
/// alone, and needs no library.</para>
/// <para>A rank that fails ends all: by an exception that nobody catches, by ending before the others (without <see cref="Ranks.Dispose()"/>), by being
/// killed. Which one, and why, is written to the error stream. No rank waits for the others longer than the deadline.</para>
/// <para>MPI is started once per process, and cannot be started again. A process that has started it already keeps it, and ends it.</para>
/// </remarks>
public sealed unsafe partial class MpiRanks : Ranks
{
    private static readonly TimeSpan s_turnOfRank0 = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_timeToBeHeard = TimeSpan.FromMilliseconds(200);
    private static int s_wereStarted;

    // null where this process is alone
    private readonly IMpi? _mpi;
    private readonly bool _isMine;
    private readonly int? _onlyThread;
    private readonly TimeSpan _deadline;
    private readonly PosixSignalRegistration[] _signals = [];
    private bool _isEnding, _wasToldToEnd;

    private MpiRanks()
        : base(0, 1)
    {
    }

    private MpiRanks(IMpi mpi, bool isMine, bool isForAnyThread, TimeSpan deadline)
        : base(mpi.Rank, mpi.Size)
    {
        (_mpi, _isMine, _deadline) = (mpi, isMine, deadline);
        _onlyThread = isForAnyThread ? null : Environment.CurrentManagedThreadId;
        AppDomain.CurrentDomain.UnhandledException += OnUnhandledException;
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;

        // who ends a job, a launcher because another rank failed or the user, wants to hear nothing of this one
        PosixSignal[] signals = [PosixSignal.SIGTERM, PosixSignal.SIGINT];
        _signals = [.. signals.Select(signal => PosixSignalRegistration.Create(signal, _ => _wasToldToEnd = true))];
    }

    /// <inheritdoc/>
    public override string Name => _mpi?.Name ?? "one process";

    /// <summary>Makes this process a rank among those of its launcher.</summary>
    /// <param name="deadline">How long a rank waits for the others in an exchange before it ends all: <see cref="Ranks.DefaultDeadline"/> unless given,
    /// <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <exception cref="MpiException">There is no library, or it is not that of the launcher.</exception>
    /// <exception cref="InvalidOperationException">This process is a rank already, or was one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The deadline is not positive.</exception>
    public static MpiRanks Start(TimeSpan? deadline = null)
    {
        TimeSpan limit = deadline ?? DefaultDeadline;
        if (limit <= TimeSpan.Zero && limit != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(deadline), deadline, "A deadline is positive, or infinite.");
        }

        Launcher? launcher = Launcher.Of(Environment.GetEnvironmentVariable);
        if (launcher is null)
        {
            return new MpiRanks();
        }

        IMpi mpi = MpiLibrary.Load(
            launcher, Environment.GetEnvironmentVariable(MpiLibrary.Variable), name => NativeLibrary.TryLoad(name, out nint library) ? library : 0);
        if (Interlocked.Exchange(ref s_wereStarted, 1) != 0)
        {
            throw new InvalidOperationException("This process is a rank already, or was one: MPI starts once per process. Pass the ranks on instead.");
        }

        (bool isMine, bool isForAnyThread) = mpi.Initialize();
        if ((mpi.Rank, mpi.Size) != (launcher.Rank, launcher.Size))
        {
            throw new MpiException(string.Create(CultureInfo.InvariantCulture,
                $"{launcher.Name} says that this is rank {launcher.Rank} of {launcher.Size}, {mpi.Name} that it is rank {mpi.Rank} of {mpi.Size}: ")
                + $"launcher and library are not of one MPI. Start with the launcher of {mpi.Name}, or name the library of the other in "
                + $"{MpiLibrary.Variable}.");
        }

        return new MpiRanks(mpi, isMine, isForAnyThread, limit);
    }

    /// <summary>Runs a program as a rank among those of its launcher. What it throws is written to the error stream, with the number of the rank, and ends
    /// all.</summary>
    /// <param name="program">What every rank runs.</param>
    /// <param name="deadline">How long a rank waits for the others in an exchange before it ends all: <see cref="Ranks.DefaultDeadline"/> unless given,
    /// <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <exception cref="MpiException">There is no library, or it is not that of the launcher.</exception>
    /// <exception cref="InvalidOperationException">This process is a rank already, or was one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The deadline is not positive.</exception>
    public static void Run(Action<MpiRanks> program, TimeSpan? deadline = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        using MpiRanks ranks = Start(deadline);
        try
        {
            program(ranks);
        }
        catch (Exception failure) when (ranks._mpi is not null)
        {
            ranks.EndAll(failure);
        }
    }

    /// <inheritdoc/>
    protected override void AllGather(ReadOnlySpan<byte> mine, Span<byte> all)
    {
        CheckLength(all.Length, (long)mine.Length * Count);
        fixed (byte* from = mine, to = all)
        {
            Usable().StartAllGather(0, from, mine.Length, to);
            Finish(0);
        }
    }

    /// <inheritdoc/>
    protected override void AllToAll(ReadOnlySpan<byte> slices, Span<byte> received)
    {
        CheckLength(slices.Length, (long)(slices.Length / Count) * Count);
        CheckLength(received.Length, slices.Length);
        fixed (byte* from = slices, to = received)
        {
            Usable().StartAllToAll(0, from, slices.Length / Count, to);
            Finish(0);
        }
    }

    /// <inheritdoc/>
    protected override void Broadcast(Span<byte> bytes)
    {
        fixed (byte* data = bytes)
        {
            Usable().StartBroadcast(0, data, bytes.Length);
            Finish(0);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_mpi is not null && !_isEnding)
        {
            // all are here after this, so that the end of MPI waits for nobody
            End();
            Leave();
            if (_isMine)
            {
                _mpi.Complete();
            }
        }

        base.Dispose(disposing);
    }

    private static void CheckLength(long given, long required)
    {
        if (given != required)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{given:N0} bytes, where ranks exchange {required:N0}."));
        }
    }

    private IMpi Usable()
    {
        ObjectDisposedException.ThrowIf(_isEnding, this);
        return _onlyThread is { } thread && thread != Environment.CurrentManagedThreadId
            ? throw new InvalidOperationException($"{Name} can be called by the thread alone that started it.")
            : _mpi ?? throw new UnreachableException("One rank exchanges nothing.");
    }

    // polls, so that the deadline holds whatever MPI waits for
    private void Finish(int exchange)
    {
        long start = Stopwatch.GetTimestamp();
        while (!_mpi!.IsDone(exchange))
        {
            TimeSpan waited = Stopwatch.GetElapsedTime(start);
            if (_deadline != Timeout.InfiniteTimeSpan && waited > _deadline)
            {
                // at once: an exchange in flight writes to memory that an exception would give back
                EndAll(string.Create(
                    CultureInfo.InvariantCulture, $"waited {waited.TotalSeconds:F1} s for the others in {LastCollective}, longer than the deadline."));
            }

            Rest(waited);
        }
    }

    // a rest is at most a hundredth of what was waited; before that, yielding lets another rank on this processor come to it
    private static void Rest(TimeSpan waited)
    {
        if (waited > TimeSpan.FromMilliseconds(100))
        {
            Thread.Sleep(1);
        }
        else if (waited > TimeSpan.FromMicroseconds(20))
        {
            Thread.Yield();
        }
    }

    private void Leave()
    {
        _isEnding = true;
        AppDomain.CurrentDomain.UnhandledException -= OnUnhandledException;
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }
    }

    private void EndAll(Exception failure)
    {
        // what all throw alike is said by one, if it comes to that
        if (failure is RanksDisagreeException && Rank > 0)
        {
            Thread.Sleep(s_turnOfRank0);
        }

        EndAll(failure.ToString());
    }

    // does not return
    private void EndAll(string why)
    {
        Leave();
        Console.Out.Flush();

        // at once, since what others write at the same time comes between the parts of what is written in several
        using (Stream errors = Console.OpenStandardError())
        {
            errors.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Rank {Rank} of {Count}: {why}{Environment.NewLine}")));
        }

        // launchers throw away what they have not passed on by then
        Thread.Sleep(s_timeToBeHeard);
        _mpi!.Abort(1);
        Environment.Exit(1);
    }

    private void OnUnhandledException(object sender, UnhandledExceptionEventArgs e) => EndAll((Exception)e.ExceptionObject);

    private void OnProcessExit(object? sender, EventArgs e)
    {
        if (!_isEnding && !_wasToldToEnd)
        {
            EndAll($"ends after {LastCollective} without Dispose, which ends all others too.");
        }
    }
}
