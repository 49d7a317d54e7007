using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hyperdiff.Mpi.Program;

/// <summary>Numbers whose sums depend on the order of summands, and what ranks make of them.</summary>
public static class Numbers
{
    /// <summary>0, which the compiler does not know.</summary>
    public static int Zero { get; set; }

    /// <summary>The lengths: around those that fit the first message, that divide by no number of ranks, one of 4 MiB and one that is no
    /// multiple of a part.</summary>
    private static int[] Lengths { get; } = [0, 1, 2, 3, 7, 53, 54, 55, 107, 108, 109, 1000, 4099, 100_003, 524_288, 700_001];

    /// <summary>A digest of the bits of all that this rank has after sums of all lengths and types, decisions of rank 0 and gathered bytes.</summary>
    public static string Bits(Ranks ranks)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add<T>(T[] values)
            where T : unmanaged => digest.AppendData(MemoryMarshal.AsBytes<T>(values));

        foreach (int length in Lengths)
        {
            double[] doubles = [.. Enumerable.Range(0, length).Select(k => Of(ranks.Rank, k))];
            float[] floats = [.. doubles.Select(value => (float)value)];
            int[] integers = [.. doubles.Select(value => (int)(1e6 * value))];
            byte[] bytes = [.. integers.Select(value => (byte)value)], all = new byte[ranks.Count * length];
            ranks.Sum(doubles);
            ranks.Sum(floats);
            ranks.Sum(integers);
            ranks.Gather(bytes, all);
            Add(doubles);
            Add(floats);
            Add(integers);
            Add(all);
            Add(ranks.FromRank0(ranks.Rank == 0 ? bytes : null));
        }

        Add([ranks.FromRank0(Of(ranks.Rank, 1))]);
        Add([ranks.FromRank0((long)ranks.Rank)]);
        Add(ranks.Gather(7L * ranks.Rank));
        return Convert.ToHexString(digest.GetHashAndReset()) + string.Create(CultureInfo.InvariantCulture, $" after {ranks.Collectives} collectives");
    }

    // of many magnitudes and both signs, so that sums in another order have other bits
    private static double Of(int rank, int k) => Math.Sin((k * 1.37) + (rank * 0.71)) * Math.Pow(10, ((k * 7) + (rank * 3)) % 9);
}
