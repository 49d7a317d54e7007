using Hyperdiff.Generators.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Hyperdiff.Generators.Tests.Analyzers;

/// <summary>Programs are half-typed most of the time: the analyzers look at them without failing.</summary>
public sealed class BrokenProgramTests
{
    // from a fixed seed; every program lacks some tokens, has some twice, or some exchanged
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task MutatedMethods_AreLookedAtWithoutFailure(int part)
    {
        CorpusCase[] cases = [.. CorpusCase.In("pure.txt").Concat(CorpusCase.In("impure.txt")).Where((_, i) => i % 8 == part)];
        var random = new Random(part);
        foreach (CorpusCase item in cases)
        {
            string source = Mutated(item.Source, random);
            IReadOnlyList<Diagnostic> reports = await Analysis.ReportsOf(Source.Compile(source));
            Assert.True(reports.All(report => report.Id != "AD0001"), $"{reports.FirstOrDefault(report => report.Id == "AD0001")}\n{source}");
        }
    }

    private static string Mutated(string source, Random random)
    {
        List<SyntaxToken> tokens = [.. CSharpSyntaxTree.ParseText(source, Source.ParseOptions).GetRoot().DescendantTokens()];
        int from = tokens.FindIndex(token => token.ValueText == "Log");
        for (int i = 0; i < 3; i++)
        {
            int at = random.Next(from, tokens.Count - 3);
            switch (random.Next(4))
            {
                case 0: tokens.RemoveAt(at); break;
                case 1: tokens.Insert(at, tokens[at]); break;
                case 2: (tokens[at], tokens[at + 2]) = (tokens[at + 2], tokens[at]); break;
                default: tokens.RemoveRange(at, Math.Min(random.Next(1, 12), tokens.Count - at)); break;
            }
        }

        return string.Concat(tokens.Select(token => token.ToFullString() + " "));
    }
}
