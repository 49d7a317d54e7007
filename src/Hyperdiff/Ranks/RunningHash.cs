using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Hyperdiff;

/// <summary>A fingerprint of bytes that come one part after the other, at the speed of memory. Not against forgery.</summary>
/// <remarks>
/// Four lanes, x ← rotate(x + word · P₂, 31) · P₁, as in xxHash64. Each step is a bijection of the lane and of the word, and so is what joins the lanes, of
/// each of them: parts that differ in one word of eight bytes never have the same fingerprint. Others have it with a probability of 2⁻⁶⁴.
/// </remarks>
internal struct RunningHash
{
    // the primes of xxHash64: odd, with bits spread evenly
    private const ulong P1 = 0x9E3779B185EBCA87, P2 = 0xC2B2AE3D27D4EB4F, P3 = 0x165667B19E3779F9;

    /// <summary>The fingerprint of what came so far; 0 of nothing.</summary>
    public ulong Value { get; private set; }

    /// <summary>The fingerprint of words.</summary>
    public static ulong Of(string words)
    {
        RunningHash hash = default;
        hash.Add(Encoding.UTF8.GetBytes(words));
        return hash.Value;
    }

    /// <summary>One more part.</summary>
    public void Add(ReadOnlySpan<byte> part)
    {
        ulong a = P1, b = P2, c = P3, d = P1 ^ P2;
        ReadOnlySpan<byte> rest = part;
        for (; rest.Length >= 4 * sizeof(ulong); rest = rest[(4 * sizeof(ulong))..])
        {
            a = Lane(a, BinaryPrimitives.ReadUInt64LittleEndian(rest));
            b = Lane(b, BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]));
            c = Lane(c, BinaryPrimitives.ReadUInt64LittleEndian(rest[16..]));
            d = Lane(d, BinaryPrimitives.ReadUInt64LittleEndian(rest[24..]));
        }

        Span<ulong> last = stackalloc ulong[4];
        last.Clear();
        rest.CopyTo(MemoryMarshal.AsBytes(last));
        a = Lane(a, last[0]);
        b = Lane(b, last[1]);
        c = Lane(c, last[2]);
        d = Lane(d, last[3]);
        Add(BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7) + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18)
            + ((ulong)part.Length * P3));
    }

    /// <summary>One more word.</summary>
    public void Add(ulong word)
    {
        ulong mixed = (BitOperations.RotateLeft(Value, 27) * P1) + word + P3;
        mixed = (mixed ^ (mixed >> 33)) * P2;
        mixed = (mixed ^ (mixed >> 29)) * P3;
        Value = mixed ^ (mixed >> 32);
    }

    private static ulong Lane(ulong lane, ulong word) => BitOperations.RotateLeft(lane + (word * P2), 31) * P1;
}
