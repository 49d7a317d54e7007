namespace Hyperdiff.Benchmarks.Scaling;

/// <summary>What the exchanges of a call take over any number of ranks: α of each exchange for every doubling of ranks, as by trees, and β of every byte that
/// comes to a rank.</summary>
/// <param name="Collectives">How many collectives the call makes.</param>
/// <param name="Large">How many of them are sums of vectors that do not fit into the opening.</param>
/// <param name="Length">How many float64 these vectors have.</param>
/// <param name="Alpha">Seconds.</param>
/// <param name="Beta">Seconds per byte.</param>
internal sealed record RankNetwork(long Collectives, long Large, int Length, double Alpha, double Beta)
{
    private const int Opening = 512;
    private const int Gathered = 1 << 16;
    private const int Fits = 52;

    /// <summary>The network with the collectives that two ranks were seen to make.</summary>
    public static RankNetwork Of(RankTraffic two, int length, double alpha, double beta) =>
        new(two.Collectives, (two.Exchanges - two.Collectives) / (Sum(2, length).Exchanges == 3 ? 2 : 1), length, alpha, beta);

    /// <summary>The bytes and exchanges of one sum.</summary>
    /// <param name="count">R.</param>
    /// <param name="length">How many float64.</param>
    public static (long Exchanges, long Bytes) Sum(long count, long length)
    {
        long openings = (count - 1) * Opening, size = length * sizeof(double);

        // what does not divide is in the opening, or, of many ranks, slices are padded
        long slice = (length / count) + (length % count > Fits ? 1 : 0);
        return length <= Fits ? (1, openings) : size * count <= Gathered ? (2, openings + ((count - 1) * size))
            : (3, openings + (2 * slice * sizeof(double) * (count - 1)));
    }

    /// <summary>What they take.</summary>
    /// <param name="count">R.</param>
    public double Seconds(int count)
    {
        ((long few, long fewBytes), (long many, long manyBytes)) = (Sum(count, 1), Sum(count, Length));
        long small = Collectives - Large;
        return (Alpha * Math.Log2(count) * ((small * few) + (Large * many))) + (Beta * ((small * fewBytes) + (Large * manyBytes)));
    }
}
