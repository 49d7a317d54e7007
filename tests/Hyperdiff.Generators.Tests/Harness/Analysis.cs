using System.Globalization;
using Hyperdiff.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Hyperdiff.Generators.Tests.Harness;

/// <summary>Runs all analyzers on sources together with what the generator emits for them.</summary>
internal static class Analysis
{
    public static IReadOnlyList<DiagnosticAnalyzer> Analyzers => [new UsageAnalyzer(), new PurityAnalyzer(), new HyperparameterAnalyzer()];

    /// <summary>All diagnostics of the analyzers, in the order of the source: id, the text that is marked, the message.</summary>
    public static Task<string[]> Of(params string[] sources) => Of(Source.Compile(sources));

    /// <summary>The same for a compilation.</summary>
    public static async Task<string[]> Of(CSharpCompilation before)
    {
        Compilation compilation = GeneratorRun.Of(before).After;
        var reports = await compilation.WithAnalyzers([.. Analyzers]).GetAnalyzerDiagnosticsAsync();
        return [.. reports
            .Where(report => !report.IsSuppressed)
            .OrderBy(report => report.Location.SourceTree?.FilePath, StringComparer.Ordinal)
            .ThenBy(report => report.Location.SourceSpan.Start)
            .ThenBy(report => report.Id, StringComparer.Ordinal)
            .Select(report => $"{report.Id} [{report.Location.SourceTree?.GetText().ToString(report.Location.SourceSpan)}] "
                + $"{report.GetMessage(CultureInfo.InvariantCulture)}")];
    }
}
