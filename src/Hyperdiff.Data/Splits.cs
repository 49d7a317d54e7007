using System.Collections.Immutable;

namespace Hyperdiff.Data;

/// <summary>Splits samples at random into parts, as indices. The same key gives the same parts on every machine.</summary>
public static class Splits
{
    // shares are given in decimals, and their sum is rounded
    private const double Rounding = 1e-9;

    /// <summary>Parts of given sizes.</summary>
    /// <param name="samples">How many samples there are.</param>
    /// <param name="key">What is drawn from.</param>
    /// <param name="counts">The sizes, each at least 1; where they do not add up to all samples, the rest is in no part.</param>
    /// <returns>The indices of every part, in random order.</returns>
    /// <exception cref="DataException">There are fewer samples.</exception>
    public static ImmutableArray<ImmutableArray<int>> ByCounts(int samples, RandomKey key, params ReadOnlySpan<int> counts)
    {
        RequireCounts(samples, counts);
        int[] order = Order(samples, key);
        var parts = ImmutableArray.CreateBuilder<ImmutableArray<int>>(counts.Length);
        int start = 0;
        foreach (int count in counts)
        {
            parts.Add([.. order.AsSpan(start, count)]);
            start += count;
        }

        return parts.MoveToImmutable();
    }

    /// <summary>Parts of given shares.</summary>
    /// <param name="samples">How many samples there are.</param>
    /// <param name="key">What is drawn from.</param>
    /// <param name="shares">Each above 0, together at most 1; sizes are rounded so that they add up.</param>
    /// <returns>The indices of every part, in random order.</returns>
    /// <exception cref="DataException">There are so few samples that a part would be empty.</exception>
    public static ImmutableArray<ImmutableArray<int>> ByShares(int samples, RandomKey key, params ReadOnlySpan<double> shares) =>
        ByCounts(samples, key, Counts(samples, shares));

    /// <summary>Parts of given sizes in which every class has its share, up to one sample.</summary>
    /// <param name="labels">The class of every sample, whole numbers from 0 on, <c>[samples]</c>.</param>
    /// <param name="key">What is drawn from.</param>
    /// <param name="counts">The sizes, each at least 1; where they do not add up to all samples, the rest is in no part.</param>
    /// <returns>The indices of every part, in random order.</returns>
    /// <exception cref="DataException">There are fewer samples, or so few of a class that a part would have none.</exception>
    public static ImmutableArray<ImmutableArray<int>> StratifiedByCounts(Tensor labels, RandomKey key, params ReadOnlySpan<int> counts)
    {
        int[] classes = ClassLabels.Of(labels, nameof(StratifiedByCounts)).ToArray();
        RequireCounts(classes.Length, counts);
        int rest = classes.Length - Sum(counts);
        int[] sizes = rest > 0 ? [.. counts, rest] : counts.ToArray();
        int[][] members = [.. Order(classes.Length, key).GroupBy(sample => classes[sample]).OrderBy(group => group.Key).Select(group => group.ToArray())];
        int[,] table = ControlledRounding.Of([.. members.Select(group => group.Length)], sizes);
        var parts = new List<int>[sizes.Length];
        for (int part = 0; part < sizes.Length; part++)
        {
            parts[part] = [];
            for (int row = 0; row < members.Length; row++)
            {
                if (table[row, part] == 0 && part < counts.Length)
                {
                    throw new DataException($"{members[row].Length} samples of class {classes[members[row][0]]} are too few: part {part + 1} of "
                        + $"{sizes[part]} samples would have none. Take larger parts, or do not stratify.");
                }

                int start = Enumerable.Range(0, part).Sum(before => table[row, before]);
                parts[part].AddRange(members[row].AsSpan(start, table[row, part]));
            }
        }

        // by class so far
        RandomKey[] keys = key.Split(counts.Length);
        return [.. parts.Take(counts.Length).Select((part, i) => Order(part.Count, keys[i]).Select(at => part[at]).ToImmutableArray())];
    }

    /// <summary>Parts of given shares in which every class has its share, up to one sample.</summary>
    /// <param name="labels">The class of every sample, whole numbers from 0 on, <c>[samples]</c>.</param>
    /// <param name="key">What is drawn from.</param>
    /// <param name="shares">Each above 0, together at most 1; sizes are rounded so that they add up.</param>
    /// <returns>The indices of every part, in random order.</returns>
    /// <exception cref="DataException">There are so few samples, of a class or of all, that a part would have none.</exception>
    public static ImmutableArray<ImmutableArray<int>> StratifiedByShares(Tensor labels, RandomKey key, params ReadOnlySpan<double> shares)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return StratifiedByCounts(labels, key, Counts(labels.Rank == 1 ? labels.Shape[0] : 0, shares));
    }

    private static int[] Order(int samples, RandomKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Permutation(samples).ToArray<int>();
    }

    // cumulated shares, rounded: each size is within one of its share, and all add up
    private static int[] Counts(int samples, ReadOnlySpan<double> shares)
    {
        var counts = new int[shares.Length];
        (double sum, int before) = (0, 0);
        for (int i = 0; i < shares.Length; i++)
        {
            if (!(shares[i] > 0 && (sum += shares[i]) <= 1 + Rounding))
            {
                throw new ArgumentOutOfRangeException(nameof(shares),
                    $"Splits: shares are above 0 and together at most 1, not {string.Join(" + ", shares.ToArray())}.");
            }

            int until = (int)Math.Min(samples, Math.Round(sum * samples, MidpointRounding.AwayFromZero));
            (counts[i], before) = (until - before, until);
            if (counts[i] == 0)
            {
                throw new DataException($"{samples} samples are too few: the part with the share {shares[i]} would have none");
            }
        }

        return counts;
    }

    private static void RequireCounts(int samples, ReadOnlySpan<int> counts)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        if (counts.IsEmpty || counts.ContainsAnyInRange(int.MinValue, 0))
        {
            throw new ArgumentOutOfRangeException(nameof(counts), $"Splits: every part has at least 1 sample, not {string.Join(", ", counts.ToArray())}.");
        }

        if (Sum(counts) > samples)
        {
            throw new DataException($"{samples} samples are too few for parts of {string.Join(", ", counts.ToArray())}");
        }
    }

    private static int Sum(ReadOnlySpan<int> counts)
    {
        long sum = 0;
        foreach (int count in counts)
        {
            sum += count;
        }

        return (int)Math.Min(sum, int.MaxValue);
    }
}
