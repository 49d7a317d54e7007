using Hyperdiff.Generators.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Tests.Emission;

/// <summary>Shapes of code that were written without a look at the rules: legal ones are emitted for, and whatever someone is typing leads to no error but the
/// writer's own.</summary>
/// <remarks>A file has, per shape, a line <c>=== title</c> and the source.</remarks>
public sealed class OutsideShapesTests
{
    private static readonly IReadOnlyDictionary<string, string> s_legal = In("legal.txt", "features-legal.txt");
    private static readonly IReadOnlyDictionary<string, string> s_typed = In("half-typed.txt", "features-half-typed.txt");

    public static TheoryData<string> Legal => [.. s_legal.Keys];

    public static TheoryData<string> Typed => [.. s_typed.Keys];

    [Theory]
    [MemberData(nameof(Legal))]
    public async Task LegalCode_IsEmittedForWithoutAWord(string title)
    {
        string source = s_legal[title];

        Program.AssertClean(GeneratorRun.Of(source).After);
        Assert.Equal([], (await Analysis.Of(source)).Where(report => report.StartsWith("HD1", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Typed))]
    public async Task HalfTypedCode_LeadsToNoErrorThatIsNotTheWriters(string title)
    {
        string source = s_typed[title];
        GeneratorRun run = GeneratorRun.Of(source);
        string[] reports = await Analysis.Of(source);

        // members that were not made because of what a report says, and implementations that are not there yet, are the writer's
        bool saidWhy = reports.Any(report => report.StartsWith("HD1", StringComparison.Ordinal)) || run.Before.GetDiagnostics().Any(IsError);
        string[] emitted = [.. run.After.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error
            && diagnostic.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) == true).Select(diagnostic => diagnostic.ToString())];
        Assert.True(saidWhy || emitted.Length == 0, string.Join("\n", emitted));
        Assert.True(saidWhy, $"{title}: nothing is wrong with it");
    }

    private static bool IsError(Diagnostic diagnostic) => diagnostic.Severity == DiagnosticSeverity.Error
        && diagnostic.Id is not ("CS8795" or "CS0103" or "CS1061");

    private static Dictionary<string, string> In(params string[] files) => files
        .SelectMany(file => Repository.Read($"tests/Hyperdiff.Generators.Tests/Emission/Shapes/{file}").Split("=== ", StringSplitOptions.RemoveEmptyEntries))
        .Select(text => text.Split('\n', 2)).ToDictionary(parts => parts[0].Trim(), parts => parts[1]);
}
