using System.Runtime.InteropServices;

namespace Hyperdiff.Testing;

/// <summary>What holds over any ranks: everything that is computed over shares of the samples is what one rank computes from all of them.</summary>
/// <remarks>
/// Every hypergradient method over every kind of problem that is made of an objective over samples, every descent, every inner solver, minibatches, finite
/// sums, chunks and equilibria of samples: equal to one rank within rounding as the solves magnify it, the same bits on every rank, and the same bits at the
/// next run. All ranks call
/// <see cref="Run"/> together:
/// <code>
/// Ranks.InProcess(4, ranks => RanksConformance.Run(ranks)).
/// </code>
/// </remarks>
public static class RanksConformance
{
    /// <summary>The names of the cases, the same for all ranks.</summary>
    public static IReadOnlyList<string> Cases { get; } = [.. RankCases.All.Select(item => item.Name)];

    /// <summary>What does not hold; empty if all does.</summary>
    /// <param name="ranks">The ranks: at most <see cref="MostRanks"/>.</param>
    /// <param name="which">Which cases, by name; all if absent.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are more ranks than samples.</exception>
    public static IReadOnlyList<string> Run(Hyperdiff.Ranks ranks, Func<string, bool>? which = null)
    {
        ArgumentNullException.ThrowIfNull(ranks);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ranks.Count, MostRanks, nameof(ranks));
        return
        [
            .. RankCases.All.Where(item => which?.Invoke(item.Name) ?? true)
                .SelectMany(item => Broken(item, ranks).Select(line => $"{item.Name}: {line}")),
        ];
    }

    /// <summary>The most ranks: no minibatch of a case is smaller.</summary>
    public static int MostRanks => RankSamples.Minibatch;

    private static IEnumerable<string> Broken(RankCase item, Ranks ranks)
    {
        Tensor[] expected = item.Compute(RankSamples.Whole()), found = item.Compute(RankSamples.Shared(ranks));
        for (int i = 0; i < expected.Length; i++)
        {
            double[] wanted = Closeness.Numbers(expected[i]), numbers = Closeness.Numbers(found[i]);
            double size = Norm(wanted), error = Norm([.. wanted.Zip(numbers, (x, y) => x - y)]);
            if (!(error <= item.Tolerance * Math.Max(size, 1e-300)))
            {
                yield return FormattableString.Invariant($"result {i} is off by {error / size:G3} of its size from that of one rank");
            }
        }

        long bits = Bits(found);
        if (ranks.Gather(bits).Any(other => other != bits))
        {
            yield return "the ranks have different bits";
        }

        if (Bits(item.Compute(RankSamples.Shared(ranks))) != bits)
        {
            yield return "the next run has other bits";
        }
    }

    private static long Bits(Tensor[] tensors)
    {
        var hash = default(HashCode);
        foreach (Tensor tensor in tensors)
        {
            hash.AddBytes(MemoryMarshal.AsBytes<double>(Closeness.Numbers(tensor)));
        }

        return hash.ToHashCode();
    }

    private static double Norm(double[] numbers) => Math.Sqrt(numbers.Sum(number => number * number));
}
