using System.Text.RegularExpressions;

namespace Hyperdiff.Tests.Formalities;

/// <summary>The README and the pages tell the truth: their code is that of examples, templates and tests, which are compiled and run, and their links lead
/// somewhere.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string[] s_compiled = ["examples", "tests", Path.Combine("src", "Hyperdiff.Templates", "templates")];

    private static readonly Lazy<string[]> s_sources = new(() => [.. s_compiled
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.*", SearchOption.AllDirectories))
        .Where(path => Path.GetExtension(path) is ".cs" or ".fs" or ".fsx")
        .Select(path => WithoutIndentation(File.ReadAllText(path)))]);

    public static TheoryData<string> Pages => [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
        .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "README.md", SearchOption.AllDirectories))
        .Append(Path.Combine(Repository.Root, "README.md"))
        .Select(path => Path.GetRelativePath(Repository.Root, path))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void EveryCodeBlock_StandsInASourceThatIsCompiledAndRun(string page) => Assert.All(Blocks(page), block =>
        Assert.Contains(s_sources.Value, source => source.Contains(WithoutIndentation(block), StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Pages))]
    public void EveryLink_LeadsToAFile(string page)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;

        Assert.DoesNotContain(Links().Matches(Text(page)).Select(match => match.Groups[1].Value), target => !File.Exists(Path.Combine(folder, target)));
    }

    [Fact]
    public void EveryPageOfDocs_StandsInItsContents()
    {
        string docs = Path.Combine(Repository.Root, "docs"), contents = File.ReadAllText(Path.Combine(docs, "toc.yml"));
        IEnumerable<string> pages = Directory.EnumerateFiles(docs, "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(docs, path).Replace('\\', '/')).Where(page => page != "site/index.md");

        Assert.DoesNotContain(pages, page => !contents.Contains($"href: {page}\n", StringComparison.Ordinal));
    }

    [Fact]
    public void CodeAndLinks_AreFound()
    {
        Assert.True(Blocks("README.md").Length >= 2);
        Assert.NotEmpty(Links().Matches(Text("README.md")));
        Assert.Equal(3, Blocks(Path.Combine("docs", "getting-started.md")).Length);
    }

    private static string Text(string page) => File.ReadAllText(Path.Combine(Repository.Root, page));

    private static string[] Blocks(string page) => [.. CodeBlocks().Matches(Text(page)).Select(match => match.Groups[1].Value)];

    // a block may stand deeper in its source than on the page
    private static string WithoutIndentation(string code) => string.Join('\n', code.Trim().Split('\n').Select(line => line.Trim()));

    [GeneratedRegex("```(?:csharp|fsharp)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlocks();

    [GeneratedRegex(@"\]\(([^)#:\s]+)\)")]
    private static partial Regex Links();
}
