using System.Text.RegularExpressions;
using Hyperdiff.Generators.Tests.Analyzers;
using Hyperdiff.Generators.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Tests.Lifting;

/// <summary>What cannot be lifted is said at the expression, by the id in the title, and nothing is emitted.</summary>
public sealed partial class RefusedTests
{
    private static readonly IReadOnlyList<CorpusCase> s_cases = LiftedCase.In("refused.txt");

    public static TheoryData<string> Titles => [.. s_cases.Select(item => item.Title)];

    [Theory]
    [MemberData(nameof(Titles))]
    public async Task Expression_IsReportedWhereItStands(string title)
    {
        string marked = LiftedCase.Source(s_cases.Single(item => item.Title == title), "Case");
        string source = marked.Replace("«", string.Empty, StringComparison.Ordinal).Replace("»", string.Empty, StringComparison.Ordinal);
        string[] expected = [.. Mark().Matches(marked).Select(match => $"{title[..6]} {match.Groups[1].Value}").Order(StringComparer.Ordinal)];

        GeneratorRun run = GeneratorRun.Of(source);
        IReadOnlyList<Diagnostic> reports = await Analysis.ReportsOf(run.After);

        Program.AssertClean(run.After);
        Assert.Equal(expected, reports.Where(report => report.Id.StartsWith("HD103", StringComparison.Ordinal))
            .Select(report => $"{report.Id} {report.Location.SourceTree!.GetText().ToString(report.Location.SourceSpan)}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("(int)w", "a conversion to int must be known before: round with Math.Floor or Math.Round, and go on with a double")]
    [InlineData("(float)w", "a conversion to float must be known before: go on with the double")]
    [InlineData("(double)(decimal)w", "a conversion to decimal must be known before: go on with the double")]
    public async Task Conversion_IsToldTheRemedyOfItsType(string conversion, string expected)
    {
        GeneratorRun run = GeneratorRun.Of(
            $"public static partial class P {{ [Hyperdiff.InnerObjective] public static double F(double w, double h) => h * {conversion}; }}");

        Diagnostic report = Assert.Single(await Analysis.ReportsOf(run.After), report => report.Id == "HD1031");
        Assert.Contains(expected, report.GetMessage(null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("while (w > 1) { w *= h; } return w;", "i < 100 && w > 1")]
    [InlineData("int i = 0, j = 1; while (w > 1) { w *= h; } return w + i + j;", "k < 100 && w > 1")]
    [InlineData("int i = 0, j = 1, k = 2; while (w > 1) { w *= h; } return w + i + j + k;", "i2 < 100 && w > 1")]
    public async Task Loop_IsToldACounterThatIsFree(string body, string expected)
    {
        GeneratorRun run = GeneratorRun.Of(
            $"public static partial class P {{ [Hyperdiff.InnerObjective] public static double F(double w, double h) {{ {body} }} }}");

        Diagnostic report = Assert.Single(await Analysis.ReportsOf(run.After), report => report.Id == "HD1032");
        Assert.EndsWith(expected, report.GetMessage(null), StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_AllOfThem_HaveCases() =>
        Assert.Equal(["HD1030", "HD1031", "HD1032"], s_cases.Select(item => item.Title[..6]).Distinct().Order(StringComparer.Ordinal));

    [GeneratedRegex("«(.*?)»", RegexOptions.Singleline)]
    private static partial Regex Mark();
}
