using System.Globalization;
using Hyperdiff.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Hyperdiff.Generators.Tests.Harness;

/// <summary>Runs all analyzers on sources together with what the generator emits for them.</summary>
internal static class Analysis
{
    public static IReadOnlyList<DiagnosticAnalyzer> Analyzers =>
        [new UsageAnalyzer(), new PlacementAnalyzer(), new PurityAnalyzer(), new HyperparameterAnalyzer(), new LiftingAnalyzer()];

    /// <summary>All diagnostics of the analyzers, in the order of the source: id, the text that is marked, the message.</summary>
    public static async Task<string[]> Of(params string[] sources) => Texts(await Reports(sources));

    /// <summary>The same for a compilation.</summary>
    public static async Task<string[]> Of(CSharpCompilation before) => Texts(await Reports(GeneratorRun.Of(before).After));

    /// <summary>The same for a compilation with what was emitted for it.</summary>
    public static async Task<string[]> OfEmitted(Compilation after) => Texts(await Reports(after));

    /// <summary>The same, of a source that refers to an assembly made of another.</summary>
    public static async Task<string[]> With(string library, string source)
    {
        using var image = new MemoryStream();
        Assert.True(Source.Compile(library).WithAssemblyName("Library").Emit(image).Success);
        CSharpCompilation compilation = Source.Compile(source).AddReferences(MetadataReference.CreateFromImage(image.ToArray()));
        return Texts(await Reports(GeneratorRun.Of(compilation).After));
    }

    public static Task<IReadOnlyList<Diagnostic>> Reports(params string[] sources) => Reports(GeneratorRun.Of(sources).After);

    /// <summary>The diagnostics of a compilation as it is, without what would be emitted for it.</summary>
    public static Task<IReadOnlyList<Diagnostic>> ReportsOf(Compilation compilation) => Reports(compilation);

    private static async Task<IReadOnlyList<Diagnostic>> Reports(Compilation compilation) =>
        [.. (await compilation.WithAnalyzers([.. Analyzers]).GetAnalyzerDiagnosticsAsync())
            .Where(report => !report.IsSuppressed)
            .OrderBy(report => report.Location.SourceTree?.FilePath, StringComparer.Ordinal)
            .ThenBy(report => report.Location.SourceSpan.Start)
            .ThenBy(report => report.Id, StringComparer.Ordinal)];

    private static string[] Texts(IEnumerable<Diagnostic> reports) => [.. reports.Select(report =>
        $"{report.Id} [{report.Location.SourceTree?.GetText().ToString(report.Location.SourceSpan)}] {report.GetMessage(CultureInfo.InvariantCulture)}")];
}
