using System.Diagnostics;

namespace Hyperdiff;

/// <summary>A program that runs alone: there is nobody to exchange with.</summary>
internal sealed class SingleRank() : Ranks(0, 1)
{
    /// <inheritdoc/>
    public override string Name => "one rank";

    /// <inheritdoc/>
    protected override void AllGather(ReadOnlySpan<byte> mine, Span<byte> all) => throw new UnreachableException("One rank exchanges nothing.");

    /// <inheritdoc/>
    protected override void AllToAll(ReadOnlySpan<byte> slices, Span<byte> received) => throw new UnreachableException("One rank exchanges nothing.");

    /// <inheritdoc/>
    protected override void Broadcast(Span<byte> bytes) => throw new UnreachableException("One rank exchanges nothing.");
}
