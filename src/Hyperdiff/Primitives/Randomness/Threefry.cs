using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hyperdiff.Primitives;

/// <summary>The counter-based generator Threefry-2x32 with 20 rounds: a bijection of two words for every key of two words.</summary>
/// <remarks>
/// Source: Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3", SC'11, doi:10.1145/2063384.2063405; the rotations are those of
/// their library Random123, and so are the 20 rounds: 13 are the fewest that pass the tests of BigCrush. All arithmetic is modulo 2³², so that every machine
/// gives the same bits.
/// </remarks>
internal static class Threefry
{
    private const int Rounds = 20;

    /// <summary>The third word of the key schedule is this, combined with the two words of the key.</summary>
    private const uint Parity = 0x1BD11BDA;

    private static ReadOnlySpan<int> Rotations => [13, 15, 26, 6, 17, 29, 16, 24];

    /// <summary>The words of one counter: the definition.</summary>
    public static (uint First, uint Second) Block((uint First, uint Second) key, (uint First, uint Second) counter)
    {
        ReadOnlySpan<uint> schedule = [key.First, key.Second, Parity ^ key.First ^ key.Second];
        (uint x, uint y) = (counter.First + schedule[0], counter.Second + schedule[1]);
        for (int round = 0; round < Rounds; round++)
        {
            x += y;
            y = BitOperations.RotateLeft(y, Rotations[round % 8]) ^ x;
            if (round % 4 == 3)
            {
                int injection = (round + 1) / 4;
                x += schedule[injection % 3];
                y += schedule[(injection + 1) % 3] + (uint)injection;
            }
        }

        return (x, y);
    }

    /// <summary>The words of the counters <c>(first, stream), (first + 1, stream), …</c>, one after the other; of the last one perhaps only the first
    /// word.</summary>
    public static void Fill((uint First, uint Second) key, uint first, uint stream, Span<uint> words)
    {
        int vector = 2 * Vector<uint>.Count;
        int whole = words.Length / vector * vector;
        Vector<uint> lanes = Vector<uint>.Indices;
        for (int i = 0; i < whole; i += vector)
        {
            (Vector<uint> x, Vector<uint> y) = Blocks(key, new Vector<uint>(first + (uint)(i / 2)) + lanes, new Vector<uint>(stream));
            Interleave(x, y, words[i..]);
        }

        for (int i = whole; i < words.Length; i += 2)
        {
            (words[i], uint second) = Block(key, (first + (uint)(i / 2), stream));
            if (i + 1 < words.Length)
            {
                words[i + 1] = second;
            }
        }
    }

    // the definition for as many counters as a vector has lanes, written out so that all rotations are constants
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector<uint> First, Vector<uint> Second) Blocks((uint First, uint Second) key, Vector<uint> x, Vector<uint> y)
    {
        (uint a, uint b, uint c) = (key.First, key.Second, Parity ^ key.First ^ key.Second);
        Inject(ref x, ref y, a, b);
        EvenRounds(ref x, ref y);
        Inject(ref x, ref y, b, c + 1);
        OddRounds(ref x, ref y);
        Inject(ref x, ref y, c, a + 2);
        EvenRounds(ref x, ref y);
        Inject(ref x, ref y, a, b + 3);
        OddRounds(ref x, ref y);
        Inject(ref x, ref y, b, c + 4);
        EvenRounds(ref x, ref y);
        Inject(ref x, ref y, c, a + 5);
        return (x, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EvenRounds(ref Vector<uint> x, ref Vector<uint> y)
    {
        Round(ref x, ref y, 13);
        Round(ref x, ref y, 15);
        Round(ref x, ref y, 26);
        Round(ref x, ref y, 6);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OddRounds(ref Vector<uint> x, ref Vector<uint> y)
    {
        Round(ref x, ref y, 17);
        Round(ref x, ref y, 29);
        Round(ref x, ref y, 16);
        Round(ref x, ref y, 24);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(ref Vector<uint> x, ref Vector<uint> y, [ConstantExpected] int rotation)
    {
        x += y;
        y = ((y << rotation) | (y >>> (32 - rotation))) ^ x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Inject(ref Vector<uint> x, ref Vector<uint> y, uint first, uint second)
    {
        x += new Vector<uint>(first);
        y += new Vector<uint>(second);
    }

    // x₀ y₀ x₁ y₁ …: each pair is a number of 64 bits, whose halves lie in memory as the machine orders bytes
    private static void Interleave(Vector<uint> x, Vector<uint> y, Span<uint> words)
    {
        (Vector<uint> low, Vector<uint> high) = BitConverter.IsLittleEndian ? (x, y) : (y, x);
        Vector.Widen(low, out Vector<ulong> lowFirst, out Vector<ulong> lowRest);
        Vector.Widen(high, out Vector<ulong> highFirst, out Vector<ulong> highRest);
        Span<ulong> pairs = MemoryMarshal.Cast<uint, ulong>(words);
        (lowFirst | (highFirst << 32)).CopyTo(pairs);
        (lowRest | (highRest << 32)).CopyTo(pairs[Vector<ulong>.Count..]);
    }
}
