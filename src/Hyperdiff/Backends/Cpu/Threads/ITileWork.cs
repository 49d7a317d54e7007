namespace Hyperdiff.Backends.Cpu.Threads;

/// <summary>Work cut into numbered tiles that may run in any order and at the same time.</summary>
/// <remarks>
/// Implemented by small structs that carry pointers and sizes, so that <see cref="WorkerPool.Run{TWork}"/> needs neither a delegate nor a closure.
/// What a tile computes must depend on its number alone, never on the thread that runs it nor on how many there are: this is what makes results
/// bit-identical for every thread count.
/// </remarks>
internal interface ITileWork
{
    /// <summary>Computes one tile.</summary>
    /// <param name="tile">The tile's number, from 0 to the count given to <see cref="WorkerPool.Run{TWork}"/> minus 1.</param>
    void Execute(int tile);
}
