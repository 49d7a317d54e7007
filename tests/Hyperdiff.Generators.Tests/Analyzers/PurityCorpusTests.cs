using Hyperdiff.Generators.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Tests.Analyzers;

/// <summary>Every method of the corpus is told for what it is.</summary>
public sealed class PurityCorpusTests
{
    public static TheoryData<string> PureNames => [.. PurityCorpus.Pure.Select(item => item.Name)];

    public static TheoryData<string> ImpureNames => [.. ImpureCorpus.Impure.Select(item => item.Name)];

    [Theory]
    [MemberData(nameof(PureNames))]
    public async Task PureMethod_IsLeftAlone(string name)
    {
        (_, string body, string members, string types) = PurityCorpus.Pure.Single(item => item.Name == name);
        string source = PurityCorpus.Source(body, members, types);

        AssertCompiles(source);
        Assert.Empty(await Analysis.Of(source));
    }

    [Theory]
    [MemberData(nameof(ImpureNames))]
    public async Task ImpureMethod_IsReported(string name)
    {
        (_, string id, string body, string members, string types) = ImpureCorpus.Impure.Single(item => item.Name == name);
        string source = PurityCorpus.Source(body, members, types);

        AssertCompiles(source);
        string[] found = await Analysis.Of(source);
        Assert.Contains(found, report => report.StartsWith(id, StringComparison.Ordinal));
        Assert.DoesNotContain(found, report => report.Contains("op_", StringComparison.Ordinal) || report.Contains("cctor", StringComparison.Ordinal));
    }

    [Fact]
    public void Corpus_IsLargeEnough()
    {
        Assert.True(PurityCorpus.Pure.Length >= 60);
        Assert.True(ImpureCorpus.Impure.Length >= 60);
    }

    private static void AssertCompiles(string source) => Assert.Equal([], GeneratorRun.Of(source).After.GetDiagnostics()
        .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic => diagnostic.ToString()));
}
