using System.Buffers.Binary;
using System.Text;

namespace Hyperdiff;

/// <summary>What rank 0 decides between the steps of a run: the time, of which each has its own, why the run ends, and whether it has something to
/// tell.</summary>
/// <param name="Elapsed">The wall time of the run.</param>
/// <param name="Reason">Why it ends; null if it goes on.</param>
/// <param name="Tells">Whether rank 0 writes, or tells watchers.</param>
internal readonly record struct RunDecision(TimeSpan Elapsed, string? Reason, bool Tells)
{
    private const int Fixed = sizeof(long) + 2;

    /// <summary>The decision of rank 0, on all.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="decide">Not called on the others.</param>
    public static RunDecision Of(Ranks ranks, Func<RunDecision> decide) => ranks.Count == 1 ? decide() : Read(ranks.FromRank0(() => decide().Written()));

    private static RunDecision Read(ReadOnlySpan<byte> bytes) => new(new TimeSpan(BinaryPrimitives.ReadInt64LittleEndian(bytes)),
        bytes[sizeof(long)] == 0 ? null : Encoding.UTF8.GetString(bytes[Fixed..]), bytes[sizeof(long) + 1] != 0);

    private byte[] Written()
    {
        var fixedPart = new byte[Fixed];
        BinaryPrimitives.WriteInt64LittleEndian(fixedPart, Elapsed.Ticks);
        (fixedPart[sizeof(long)], fixedPart[sizeof(long) + 1]) = ((byte)(Reason is null ? 0 : 1), (byte)(Tells ? 1 : 0));
        return [.. fixedPart, .. Encoding.UTF8.GetBytes(Reason ?? string.Empty)];
    }
}
