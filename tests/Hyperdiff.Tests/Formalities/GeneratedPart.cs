namespace Hyperdiff.Tests.Formalities;

/// <summary>A part of a page that is made of the code, between two comments; the rest is written by hand.</summary>
internal static class GeneratedPart
{
    private const string WriteVariable = "HYPERDIFF_WRITE_DOCS";

    /// <summary>Fails unless a page has this text for its part; writes it if the variable is set.</summary>
    public static void AssertCurrent(string page, string text)
    {
        const string Begin = "<!-- made of the code: HYPERDIFF_WRITE_DOCS=1 -->\n", End = "<!-- end -->";
        string file = Path.Combine(Repository.Root, "docs", page), before = File.ReadAllText(file);
        int begin = before.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, end = before.IndexOf(End, StringComparison.Ordinal);
        Assert.True(begin >= Begin.Length && end >= begin, $"docs/{page} has no part between '{Begin.Trim()}' and '{End}'");
        string after = $"{before[..begin]}\n{text.Trim()}\n\n{before[end..]}";
        if (Environment.GetEnvironmentVariable(WriteVariable) == "1")
        {
            File.WriteAllText(file, after);
        }

        Assert.True(
            File.ReadAllText(file) == after,
            $"docs/{page} is not what the code says; write it: {WriteVariable}=1 dotnet test tests/Hyperdiff.Tests -c Release --filter GeneratedPages");
    }
}
