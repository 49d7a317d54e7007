using System.Text.RegularExpressions;

namespace Hyperdiff.Packages.Tests;

/// <summary>The tour of F# is true: its blocks, typed into F# Interactive one after the other, get the answers that stand under them.</summary>
[Collection(SharedPackedFeed.Name)]
public sealed partial class TourTests(PackedFeed feed)
{
    [SkippableFact]
    public void EveryBlock_GetsTheAnswerUnderIt()
    {
        string page = File.ReadAllText(Path.Combine(PackedFeed.RepositoryRoot(), "docs", "fsharp-tour.md"));
        (string Language, string Text)[] blocks = [.. Blocks().Matches(page).Select(match => (match.Groups[1].Value, match.Groups[2].Value))];
        string[] inputs = [.. blocks.Where(block => block.Language == "fsharp").Select(block => block.Text)];

        string answers = Normal(feed.Interactive(feed.NewFolder("tour"), string.Join(";;\n", inputs) + ";;").Succeeded());

        Assert.True(inputs.Length > 20, $"{inputs.Length} blocks");
        Assert.All(blocks.Where(block => block.Language == "text"), block => Assert.Contains(Normal(block.Text), answers, StringComparison.Ordinal));

        // a block without an answer defines something, and is not wrong either: only what the page shows is
        Assert.Equal(Errors().Count(page), Errors().Count(answers));
    }

    // neither what F# Interactive leaves behind a line counts, nor a break of a page's last line
    private static string Normal(string text) => string.Join('\n', text.TrimEnd().Split('\n').Select(line => line.TrimEnd()));

    [GeneratedRegex("```(fsharp|text)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"error FS\d+:|\w+Exception: ")]
    private static partial Regex Errors();
}
