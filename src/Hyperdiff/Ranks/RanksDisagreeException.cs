using System.Globalization;

namespace Hyperdiff;

/// <summary>Ranks do not run the same program on the same w and λ. Thrown on all of them alike, before anything is computed from what they exchange.</summary>
public sealed class RanksDisagreeException : Exception
{
    /// <summary>An exception without words.</summary>
    public RanksDisagreeException()
    {
    }

    /// <summary>An exception with a message.</summary>
    public RanksDisagreeException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and its cause.</summary>
    public RanksDisagreeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What headers that are not the same say, by rank.</summary>
    internal static RanksDisagreeException Of(ReadOnlySpan<byte> blocks)
    {
        var headers = new RankHeader[blocks.Length / RankHeader.Block];
        for (int rank = 0; rank < headers.Length; rank++)
        {
            headers[rank] = RankHeader.Of(blocks[(rank * RankHeader.Block)..]);
        }

        List<string> differences = [];
        if (headers.Any(header => !header.IsKnown))
        {
            Compare(differences, "the package, or the order of bytes of the machine", headers, header => header.IsKnown ? "as expected" : "another");
        }
        else
        {
            Compare(differences, "the version of the package", headers, header => header.Version);
            Compare(differences, "the collective", headers, header => $"{header.Collective}, number {header.Number}");
            Compare(differences, "the functions that run", headers, header => header.Program);
            Compare(differences, "the values of w, λ or of what else is the same on all", headers, header => header.Witnessed);
            if (differences is [_] && headers.Select(header => header.Witnessed).Distinct().Skip(1).Any())
            {
                Compare(differences, "the bits of their processors' vectors, by which sums are rounded", headers, header => $"{header.VectorBits}");
            }
        }

        return new RanksDisagreeException(
            $"The ranks do not run the same program on the same values. At collective {headers[0].Number} they differ in\n  " + string.Join("\n  ", differences)
                + "\nEvery rank must make the same calls in the same order; what differs by rank must go through `Sum`, `Gather` or `FromRank0` first.");
    }

    /// <summary>Adds what is not the same on all, with the ranks: words are told, of fingerprints only who has which.</summary>
    internal static void Compare<THeader, TValue>(List<string> differences, string what, IEnumerable<THeader> headers, Func<THeader, TValue> value)
        where TValue : notnull
    {
        IGrouping<TValue, int>[] groups = [.. headers.Select((header, rank) => (Value: value(header), rank)).GroupBy(each => each.Value, each => each.rank)];
        if (groups.Length > 1)
        {
            differences.Add($"{what}: " + (typeof(TValue) == typeof(string) ? string.Join("; ", groups.Select(group => $"{Name(group)} {group.Key}"))
                : string.Join(", others than ", groups.Select(group => Name(group)))));
        }
    }

    /// <summary>Numbers of ranks in words; of many, the first.</summary>
    internal static string Name(IEnumerable<int> ranks, bool capital = false)
    {
        const int most = 8;
        int[] all = [.. ranks];
        string numbers = string.Join(", ", all.Take(most).Select(rank => rank.ToString(CultureInfo.InvariantCulture)));
        return (capital ? "R" : "r") + (all.Length == 1 ? "ank " : "anks ") + numbers + (all.Length > most ? $" and {all.Length - most} more" : "");
    }
}
