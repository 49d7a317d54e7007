namespace Hyperdiff;

/// <summary>Keeps every iterate.</summary>
internal sealed record EveryIterate : Checkpointing
{
    internal override int Capacity(long bytes) => int.MaxValue;

    internal override long MostKept(int length, long bytes) => length;

    internal override IEnumerable<int> Positions(int length, int free) => Enumerable.Range(1, Math.Max(0, length - 1));
}
