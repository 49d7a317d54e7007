namespace Hyperdiff.Tests.Formalities;

/// <summary>Norms of the code that a machine can check.</summary>
public sealed class SourceTests
{
    private const int LongestFile = 500;
    private const int LongestLine = 160;

    private static readonly string[] s_namelessNames = ["Utils", "Helpers", "Helper", "Misc", "Common", "Util"];

    [Fact]
    public void NoFile_IsLongerThan500Lines() =>
        Assert.Empty(Repository.Sources.Where(path => File.ReadLines(path).Count() > LongestFile)
            .Select(path => $"{path}: {File.ReadLines(path).Count()} lines"));

    [Fact]
    public void NoLine_IsWiderThan160Columns() => Assert.Empty(Repository.Sources.SelectMany(Wide));

    [Fact]
    public void NoFileAndNoFolder_IsNamedAfterNothing() => Assert.DoesNotContain(Repository.Sources, path =>
        Path.GetRelativePath(Repository.Root, path).Split('/', '\\', '.')
            .Any(part => s_namelessNames.Any(name => part.EndsWith(name, StringComparison.OrdinalIgnoreCase))));

    [Fact]
    public void Sources_AreFound() => Assert.True(Repository.Sources.Count() > 100);

    // what cannot be broken: a raw string, and a literal with which a line begins (bytes of a file, a snippet to compile)
    private static IEnumerable<string> Wide(string path)
    {
        bool raw = false;
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            bool quoted = raw || line.TrimStart().TrimStart('$', '@').StartsWith('"');
            raw ^= line.Split("\"\"\"").Length % 2 == 0;
            if (line.Length > LongestLine && !quoted)
            {
                yield return $"{path}:{number}: {line.Length} columns";
            }
        }
    }
}
