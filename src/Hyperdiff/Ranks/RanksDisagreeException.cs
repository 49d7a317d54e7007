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
        void Compare(string what, Func<RankHeader, string> words, bool areWords = true)
        {
            string[] said = [.. headers.Select(words)];
            IGrouping<string, int>[] groups = [.. Enumerable.Range(0, said.Length).GroupBy(rank => said[rank])];
            if (groups.Length > 1)
            {
                differences.Add($"{what}: " + string.Join(areWords ? "; " : ", others than ", groups.Select(group => Name(group) + (areWords ? $" {group.Key}" : ""))));
            }
        }

        if (headers.Any(header => !header.IsKnown))
        {
            Compare("the package, or the order of bytes of the machine", header => header.IsKnown ? "as expected" : "another");
        }
        else
        {
            Compare("the version of the package", header => header.Version);
            Compare("the collective", header => $"{header.Collective}, number {header.Number}");
            Compare("the functions that were traced", header => Hash(header.Program), areWords: false);
            Compare("the values of w, λ or of what else is the same on all", header => Hash(header.Witnessed), areWords: false);
        }

        return new RanksDisagreeException(
            $"The ranks do not run the same program on the same values. At collective {headers[0].Number} they differ in\n  " + string.Join("\n  ", differences)
                + "\nEvery rank must make the same calls in the same order; what differs by rank must go through `Sum`, `Gather` or `FromRank0` first.");
    }

    /// <summary>Numbers of ranks in words; of many, the first.</summary>
    internal static string Name(IEnumerable<int> ranks, bool capital = false)
    {
        const int most = 8;
        int[] all = [.. ranks];
        string numbers = string.Join(", ", all.Take(most).Select(rank => rank.ToString(CultureInfo.InvariantCulture)));
        return (capital ? "R" : "r") + (all.Length == 1 ? "ank " : "anks ") + numbers + (all.Length > most ? $" and {all.Length - most} more" : "");
    }

    private static string Hash(ulong value) => value.ToString("x16", CultureInfo.InvariantCulture);
}
