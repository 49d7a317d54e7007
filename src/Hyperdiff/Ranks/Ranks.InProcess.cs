using System.Runtime.ExceptionServices;

namespace Hyperdiff;

/// <content>Programs whose ranks are threads, and programs that run alone.</content>
public abstract partial class Ranks
{
    // what the main thread of a process has on most systems, and twice as much: functions within functions take the stack of their thread
    private const int StackBytes = 16 << 20;

    /// <summary>How long ranks wait for the last one in a collective, unless something else is said: 10 minutes.</summary>
    /// <remarks>Longer than data take to load, a first step to be traced or a checkpoint to be written; shorter than the night for which a job would
    /// hang.</remarks>
    public static TimeSpan DefaultDeadline { get; } = TimeSpan.FromMinutes(10);

    /// <summary>The only rank of a program that runs alone: sums are what they were, decisions are its own.</summary>
    public static Ranks Single { get; } = new SingleRank();

    /// <summary>Runs a program on ranks that are threads of this process.</summary>
    /// <remarks>
    /// One thread per rank, with a stack of 16 MB. A rank that throws ends all: the others at their next collective. Cancelling does as well, and ends what
    /// ranks compute meanwhile within one unit of its work. The call returns when all threads have ended.
    /// </remarks>
    /// <typeparam name="T">What the program computes.</typeparam>
    /// <param name="count">How many ranks.</param>
    /// <param name="program">What every rank does.</param>
    /// <param name="deadline">How long ranks wait for the last one in a collective: <see cref="DefaultDeadline"/> unless given,
    /// <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the waiting of all, and what they compute; that of the call around if it is not given.</param>
    /// <returns>The results, in the order of the ranks.</returns>
    /// <exception cref="RankFailedException">A rank threw; if several did of themselves, the first of them is named.</exception>
    /// <exception cref="RanksDisagreeException">The ranks do not make the same calls, or one has ended while others wait.</exception>
    /// <exception cref="TimeoutException">A rank did not come to a collective in time.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static T[] InProcess<T>(int count, Func<Ranks, T> program, TimeSpan? deadline = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentNullException.ThrowIfNull(program);
        TimeSpan wait = deadline ?? DefaultDeadline;
        if (wait != Timeout.InfiniteTimeSpan && (wait <= TimeSpan.Zero || wait.TotalMilliseconds > int.MaxValue))
        {
            throw new ArgumentOutOfRangeException(nameof(deadline), deadline, "A deadline is positive and at most 24 days, or infinite.");
        }

        cancellationToken = Work.Or(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        Meeting meeting = new(count, wait);
        using CancellationTokenRegistration registration =
            cancellationToken.Register(() => meeting.End(() => new OperationCanceledException(cancellationToken)));
        var results = new T[count];
        var thrown = new ExceptionDispatchInfo?[count];
        Thread[] threads = [.. meeting.Ranks.Select(rank => new Thread(() => Run(rank), StackBytes) { Name = rank.ToString(), IsBackground = true })];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        if (thrown.FirstOrDefault(each => each is not null) is not null)
        {
            ThrowFor(meeting, thrown, cancellationToken);
        }

        return results;

        void Run(ThreadRanks ranks)
        {
            try
            {
                using Work.Scope work = Work.Under(cancellationToken);
                results[ranks.Rank] = program(ranks);
                meeting.Leave(ranks.Rank);
            }
            catch (Exception exception)
            {
                thrown[ranks.Rank] = ExceptionDispatchInfo.Capture(exception);
                meeting.End(() => exception is RanksDisagreeException
                    ? new RanksDisagreeException(exception.Message, exception) : new RankFailedException(ranks.Rank, exception));
            }
        }
    }

    private static void ThrowFor(Meeting meeting, ExceptionDispatchInfo?[] thrown, CancellationToken cancellationToken)
    {
        // of ranks that each throw of their own, the cause rather than that the others noticed it
        int[] own = [.. Enumerable.Range(0, thrown.Length).Where(rank => thrown[rank] is not null && !meeting.Ranks[rank].WasTold)];
        int first = own.OrderBy(rank => thrown[rank]!.SourceException is RanksDisagreeException).FirstOrDefault(-1);
        switch (first < 0 ? null : thrown[first]!.SourceException)
        {
            case null:
                throw meeting.Ended!();
            case RanksDisagreeException:
            case OperationCanceledException when cancellationToken.IsCancellationRequested:
                thrown[first]!.Throw();
                break;
            case var ended when cancellationToken.IsCancellationRequested && Work.EndedBy(ended):
                throw new OperationCanceledException(ended.Message, ended, cancellationToken);
            case var cause:
                throw new RankFailedException(first, cause);
        }
    }
}
