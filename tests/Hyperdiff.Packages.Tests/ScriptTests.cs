namespace Hyperdiff.Packages.Tests;

/// <summary>The scripts of <c>examples/fsharp</c>, run by <c>dotnet fsi</c> from the packages outside of the repository. Each asserts its result.</summary>
[Collection(SharedPackedFeed.Name)]
public sealed class ScriptTests(PackedFeed feed)
{
    /// <summary>Runs in seconds, and on every test run; <c>HYPERDIFF_SCRIPTS=all</c> runs all, as <c>.ci/run</c> does.</summary>
    private const string Quick = "nested.fsx";

    // it takes the forms of a C# project of this repository, which is not packed
    private const string NeedsAnAssembly = "logistic.fsx";

    // .ci/diffsharp runs it where DiffSharp can be restored
    private const string NeedsDiffSharp = "diffsharp.fsx";

    public static TheoryData<string> Scripts => [.. All().Where(name =>
        name == Quick || (Environment.GetEnvironmentVariable("HYPERDIFF_SCRIPTS") == "all" && name is not (NeedsAnAssembly or NeedsDiffSharp)))];

    [SkippableTheory]
    [MemberData(nameof(Scripts))]
    public void Script_AssertsItsResult(string name)
    {
        feed.CopyOfFolder("examples", "data");

        string output = feed.Dotnet(feed.CopyOfFolder("examples", "fsharp"), "fsi", "--warnaserror+", name).Succeeded();

        Assert.NotEmpty(output.Trim());
    }

    [Fact]
    public void EveryScript_IsShort_SaysWherePackagesAre_AndWhatItIsDrawnFrom() => Assert.All(All(), name =>
    {
        string[] lines = File.ReadAllLines(Path.Combine(PackedFeed.RepositoryRoot(), "examples", "fsharp", name));

        Assert.InRange(lines.Length, 1, 130);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 160));
        if (name != NeedsAnAssembly)
        {
            Assert.StartsWith("// ", lines[0], StringComparison.Ordinal);
            Assert.Contains("nuget.config", lines[1], StringComparison.Ordinal);
            Assert.Contains(lines, line => line.Contains("exit 1", StringComparison.Ordinal));
            Assert.Contains(lines, line =>
                (line.Contains("printfn", StringComparison.Ordinal) || line.TrimStart().StartsWith("claim", StringComparison.Ordinal))
                && (line.Contains("seed", StringComparison.OrdinalIgnoreCase) || line.Contains("random", StringComparison.Ordinal)));
        }
    });

    private static IEnumerable<string> All() => Directory.EnumerateFiles(Path.Combine(PackedFeed.RepositoryRoot(), "examples", "fsharp"), "*.fsx")
        .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
}
