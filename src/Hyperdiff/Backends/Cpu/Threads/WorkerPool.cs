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
    private static readonly Lazy<WorkerPool> s_shared = new(() => new WorkerPool(ThreadCount.FromEnvironment()));

    private readonly WorkerCrew _crew;
    private readonly Func<Type, int, IEnumerable<int>>? _order;

    /// <summary>Makes a pool; no thread starts before it is needed.</summary>
    /// <param name="threads">How many threads work on one call, the caller included; at least 1.</param>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, ThreadCount.Maximum);
        Threads = threads;
        _crew = new WorkerCrew(threads - 1);
    }

    /// <summary>Makes a pool without workers that runs the tiles of a call one after the other, in an order that is given: by it a test sees how work is cut,
    /// whatever the machine.</summary>
    /// <param name="order">Of the type of the work and the number of its tiles, their numbers; asked for the next one when one has run.</param>
    public WorkerPool(Func<Type, int, IEnumerable<int>> order)
        : this(1) => _order = order;

    /// <summary>A backend that nobody uses any more leaves no threads behind.</summary>
    ~WorkerPool() => _crew?.Dismiss();

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
        TileJob? job = tiles <= 1 || Threads == 1 ? null : _crew.Claim();
        if (job is null)
        {
            if (_order is not null)
            {
                RunInOrder(_order(typeof(TWork), tiles), copy);
                return;
            }

            for (int tile = 0; tile < tiles; tile++)
            {
                copy.Execute(tile);
            }

            return;
        }

        var call = new TileCall((nint)Unsafe.AsPointer(ref copy), (nint)(delegate*<void*, int, void>)&Execute<TWork>);
        job.Open(tiles, call);
        _crew.Wake(Math.Min(tiles, Threads) - 1);
        job.Finish(tiles, call)?.Throw();
    }

    private static void RunInOrder<TWork>(IEnumerable<int> order, TWork work)
        where TWork : struct, ITileWork
    {
        foreach (int tile in order)
        {
            work.Execute(tile);
        }
    }

    /// <summary>Ends the worker threads once they are out of tiles.</summary>
    public void Dispose()
    {
        _crew.Dismiss();
        GC.SuppressFinalize(this);
    }

    private static unsafe void Execute<TWork>(void* work, int tile)
        where TWork : struct, ITileWork => Unsafe.AsRef<TWork>(work).Execute(tile);
}
