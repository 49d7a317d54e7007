using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hyperdiff.Tests.Formalities;

/// <summary>The folders of src/Hyperdiff are layers, and no layer uses one above it: every name in every file is resolved, and its declaration looked
/// up.</summary>
public sealed class LayerTests
{
    private static readonly string[] s_layers =
    [
        "Tensors", "Evidence", "Graphs", "Primitives", "Decompositions", "Losses", "Files", "Randomness", "Networks", "Transforms", "Backends",
        "Trees", "Loops",
        "Sparse", "Differentiation",
        "Forms", "Optimization", "LinearSolvers", "InnerSolvers", "Hypergradients", "Descents", "MultiLevel",
    ];

    private static readonly string s_root = Path.Combine(Repository.Root, "src", "Hyperdiff");

    [Fact]
    public void EveryFile_BelongsToALayer() => Assert.DoesNotContain(Sources(), path => LayerOf(path) < 0);

    [Fact]
    public void NoLayer_UsesOneAboveIt() => Assert.Empty(Violations(Sources().Select(path => (path, File.ReadAllText(path)))));

    [Fact]
    public void AnImportOfAHigherLayer_WouldBeFound()
    {
        // the check must be able to fail
        string path = Path.Combine(s_root, "Tensors", "Violation.cs");
        const string Text = "namespace Hyperdiff; internal static class Violation { public static object Up() => FixedPoint.Iterate(); }";

        Assert.Contains(Violations(Sources().Select(file => (file, File.ReadAllText(file))).Append((path, Text))),
            line => line.StartsWith("Tensors/Violation.cs uses FixedPoint", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Sources() => Directory.EnumerateFiles(s_root, "*.cs", SearchOption.AllDirectories);

    private static int LayerOf(string path) => Array.IndexOf(s_layers, Path.GetRelativePath(s_root, path).Split(Path.DirectorySeparatorChar)[0]);

    private static string[] Violations(IEnumerable<(string Path, string Text)> files)
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        const string ImplicitUsings =
            "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; "
                + "global using System.Threading.Tasks;";
        SyntaxTree[] trees = [.. files.Select(file => CSharpSyntaxTree.ParseText(file.Text, options, file.Path)),
            CSharpSyntaxTree.ParseText(ImplicitUsings, options)];
        string[] platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        ImmutableArray<MetadataReference> references =
            [.. platform.Where(path => !Path.GetFileName(path).StartsWith("Hyperdiff.", StringComparison.Ordinal)
                || Path.GetFileName(path) == "Hyperdiff.Abstractions.dll").Select(path => MetadataReference.CreateFromFile(path))];
        var compilation = CSharpCompilation.Create("Hyperdiff", trees, references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        return [.. trees.Where(tree => tree.FilePath.Length > 0).SelectMany(tree => Violations(compilation.GetSemanticModel(tree), tree)).Distinct()];
    }

    private static IEnumerable<string> Violations(SemanticModel model, SyntaxTree tree)
    {
        int layer = LayerOf(tree.FilePath);
        foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
        {
            SymbolInfo info = model.GetSymbolInfo(name);
            foreach (ISymbol symbol in info.Symbol is { } found ? [found] : info.CandidateSymbols)
            {
                // a partial type stands in several layers: the lowest of its declarations counts
                int[] declared = [.. symbol.OriginalDefinition.DeclaringSyntaxReferences.Select(reference => LayerOf(reference.SyntaxTree.FilePath))
                    .Where(index => index >= 0)];
                if (symbol is not INamespaceSymbol && declared.Length > 0 && declared.Min() > layer)
                {
                    yield return $"{Path.GetRelativePath(s_root, tree.FilePath).Replace('\\', '/')} uses {symbol.Name} of {s_layers[declared.Min()]}";
                }
            }
        }
    }
}
