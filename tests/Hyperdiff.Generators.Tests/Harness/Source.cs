using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Hyperdiff.Generators.Tests.Harness;

/// <summary>Makes compilations from source texts, as a program that uses Hyperdiff would be compiled.</summary>
internal static class Source
{
    // C# 13: the newest that this Roslyn knows; emitted code needs no more than 12
    public static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest, DocumentationMode.Diagnose);

    private static readonly ImmutableArray<MetadataReference> s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location))
            .Append(typeof(Tensor).Assembly.Location)
            .Append(typeof(TreeAttribute).Assembly.Location)
            .Append(typeof(System.Numerics.Tensors.TensorPrimitives).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    // what is made of it by adding files shares the symbols of the references, which to read takes longer than most tests
    private static readonly CSharpCompilation s_empty = CSharpCompilation.Create(
        "Program",
        [],
        s_references,
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, warningLevel: 9999, checkOverflow: true,
            allowUnsafe: true));

    public static CSharpCompilation Compile(params string[] sources) => Compile(ParseOptions, sources);

    public static CSharpCompilation Compile(CSharpParseOptions options, params string[] sources) =>
        s_empty.AddSyntaxTrees(sources.Select((source, i) => CSharpSyntaxTree.ParseText("using Hyperdiff;\n" + source, options, $"File{i}.cs")));
}
