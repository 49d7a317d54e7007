using System.Text.RegularExpressions;

namespace Hyperdiff.Tests.Formalities;

/// <summary>The README tells the truth: its code is that of the examples, and its links lead somewhere.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string s_readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    [Fact]
    public void EveryCodeBlock_StandsInAnExampleThatIsCompiled()
    {
        string[] examples = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "examples"), "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText)];
        string[] blocks = [.. CodeBlocks().Matches(s_readme).Select(match => match.Groups[1].Value.Trim())];

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Contains(examples, example => example.Contains(block, StringComparison.Ordinal)));
    }

    [Fact]
    public void EveryLink_LeadsToAFile()
    {
        string[] targets = [.. Links().Matches(s_readme).Select(match => match.Groups[1].Value)];

        Assert.NotEmpty(targets);
        Assert.DoesNotContain(targets, target => !Path.Exists(Path.Combine(Repository.Root, target)));
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlocks();

    [GeneratedRegex(@"\]\(([^)#:]+)\)")]
    private static partial Regex Links();
}
