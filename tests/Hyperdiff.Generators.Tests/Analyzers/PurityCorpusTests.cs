using Hyperdiff.Generators.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Tests.Analyzers;

/// <summary>Every method of the corpus is told for what it is: pure methods are left alone, and what is not pure is reported by the id that stands in its
/// title.</summary>
public sealed class PurityCorpusTests
{
    private static readonly IReadOnlyList<CorpusCase> s_pure =
        [.. CorpusCase.In("pure.txt"), .. CorpusCase.In("outside-pure.txt"), .. CorpusCase.In("features-pure.txt")];
    private static readonly IReadOnlyList<CorpusCase> s_impure =
        [.. CorpusCase.In("impure.txt"), .. CorpusCase.In("outside-impure.txt"), .. CorpusCase.In("features-impure.txt")];

    public static TheoryData<string> Pure => [.. s_pure.Select(item => item.Title)];

    public static TheoryData<string> Impure => [.. s_impure.Select(item => item.Title)];

    [Theory]
    [MemberData(nameof(Pure))]
    public async Task PureMethod_IsLeftAlone(string title)
    {
        string source = s_pure.Single(item => item.Title == title).Source;

        Assert.Empty(await Analysis.OfEmitted(Compiled(source)));
    }

    [Theory]
    [MemberData(nameof(Impure))]
    public async Task ImpureMethod_IsReported(string title)
    {
        string source = s_impure.Single(item => item.Title == title).Source;

        string[] found = await Analysis.OfEmitted(Compiled(source));
        Assert.Contains(found, report => report.StartsWith(title[..6], StringComparison.Ordinal));
        Assert.DoesNotContain(found, report => report.Contains("op_", StringComparison.Ordinal) || report.Contains("cctor", StringComparison.Ordinal));
    }

    // the graph of a nested function stands within that of the code around it, whose blocks are not its own
    [Theory]
    [InlineData("static Tensor Within(Tensor w, Tensor h, Tensor[] data, int n, string text) { ", "Within")]
    [InlineData("Func<Tensor, Tensor, Tensor[], int, string, Tensor> within = static (w, h, data, n, text) => { ", "within")]
    public async Task FunctionWhereElementsAreEnumerated_IsToldForTheSame(string head, string name)
    {
        // every fourth, which are of all kinds
        foreach (CorpusCase item in s_pure.Concat(s_impure).Where((_, i) => i % 4 == 2))
        {
            string body = $"foreach (int turn in new List<int> {{ 1 }}) {{ {head}{item.Body} return w; }}; w = {name}(w, h, data, n, text); }}";

            string[] found = await Analysis.OfEmitted(Compiled((item with { Body = body }).Source));
            bool told = s_pure.Contains(item) ? found.Length == 0 : found.Any(report => report.StartsWith(item.Title[..6], StringComparison.Ordinal));
            Assert.True(told, $"{item.Title}: {string.Join("; ", found)}");
        }
    }

    [Fact]
    public void Corpus_IsLarge() => Assert.True(s_pure.Count >= 60 && s_impure.Count >= 60);

    private static Compilation Compiled(string source)
    {
        Compilation compilation = GeneratorRun.Of(source).After;
        Assert.Equal([], compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Select(diagnostic => diagnostic.ToString()));
        return compilation;
    }
}
