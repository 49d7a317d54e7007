using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Hyperdiff.Generators.Tests.Harness;

/// <summary>What the generator made of a compilation, and what it makes of an edited one.</summary>
internal sealed partial class GeneratorRun
{
    private readonly GeneratorDriver _driver;

    private GeneratorRun(GeneratorDriver driver, Compilation compilation)
    {
        Before = compilation;
        _driver = driver.RunGeneratorsAndUpdateCompilation(compilation, out Compilation after, out ImmutableArray<Diagnostic> diagnostics);
        Assert.Empty(diagnostics);
        After = after;
        Result = Assert.Single(_driver.GetRunResult().Results);
        Assert.Null(Result.Exception);
    }

    /// <summary>The compilation that went in.</summary>
    public Compilation Before { get; }

    /// <summary>The compilation with what was emitted.</summary>
    public Compilation After { get; }

    public GeneratorRunResult Result { get; }

    /// <summary>Names and texts of the emitted files.</summary>
    public IReadOnlyDictionary<string, string> Files => Result.GeneratedSources.ToDictionary(file => file.HintName, file => file.SourceText.ToString());

    /// <summary>The text of the only emitted file whose name ends so, but for the hash in it.</summary>
    public string File(string end) => Files.Single(file => Hash().Replace(file.Key, ".g.cs").EndsWith(end, StringComparison.Ordinal)).Value;

    public static GeneratorRun Of(params string[] sources) => Of(Source.Compile(sources));

    public static GeneratorRun Of(CSharpCompilation compilation) => new(
        CSharpGeneratorDriver.Create(
            [new HyperdiffGenerator().AsSourceGenerator()],
            parseOptions: (CSharpParseOptions)compilation.SyntaxTrees.First().Options,
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true)),
        compilation);

    /// <summary>Runs the same driver, with its caches, on an edited compilation.</summary>
    public GeneratorRun Then(Compilation edited) => new(_driver, edited);

    [GeneratedRegex(@"\.[0-9a-f]{8}\.g\.cs$")]
    private static partial Regex Hash();

    /// <summary>The models of a step.</summary>
    public IReadOnlyList<object> Models(string step) =>
        Result.TrackedSteps.TryGetValue(step, out ImmutableArray<IncrementalGeneratorRunStep> steps)
            ? [.. steps.SelectMany(run => run.Outputs).Select(output => output.Value)] : [];

    /// <summary>Why each emitted file is as it is: New, Cached, Modified, …</summary>
    public IReadOnlyList<IncrementalStepRunReason> OutputReasons() =>
        [.. Result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(run => run.Outputs).Select(output => output.Reason)];
}
