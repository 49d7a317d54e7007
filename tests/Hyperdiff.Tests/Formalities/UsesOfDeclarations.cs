using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Tests.Formalities;

/// <summary>Which files of a folder use declarations of which others.</summary>
/// <remarks>Not only names count, but what the compiler resolves without one: operators, indexers, conversions, constructors of a <c>new()</c> whose type is
/// that of its target, and elements that a collection initializer adds. A declaration in parts, as a partial type, counts where its first part stands in the
/// given order, and of several there the one with the shortest name; its members count where each of them stands.</remarks>
internal sealed class UsesOfDeclarations
{
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; "
            + "global using System.Threading.Tasks;";

    private static readonly CSharpParseOptions s_options = new(LanguageVersion.Preview);

    private readonly Func<string, int> _order;
    private readonly SyntaxTree[] _trees;
    private readonly CSharpCompilation _compilation;

    /// <summary>Compiles the files of a folder; paths are relative to it, with slashes.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="order">The order of its files, by relative path: where a declaration in parts counts.</param>
    public UsesOfDeclarations(string root, Func<string, int> order)
    {
        _order = order;
        _trees = [.. Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories).Select(path => Parsed(Relative(path), File.ReadAllText(path)))];
        string[] platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        _compilation = CSharpCompilation.Create(
            "Sources",
            [.. _trees, Parsed(string.Empty, ImplicitUsings)],
            platform.Where(path => Path.GetFileName(path) is var name
                && (name == "Hyperdiff.Abstractions.dll" || !name.StartsWith("Hyperdiff.", StringComparison.Ordinal)))
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));

        string Relative(string path) => Path.GetRelativePath(root, path).Replace('\\', '/');
    }

    /// <summary>All uses across files.</summary>
    public IReadOnlyCollection<(string From, string To, string Name)> All() => [.. _trees.AsParallel().SelectMany(tree => In(_compilation, tree)).Distinct()];

    /// <summary>The uses of a file that is not there, if it were.</summary>
    public IReadOnlyCollection<(string From, string To, string Name)> OfAdditional(string path, string text)
    {
        SyntaxTree tree = Parsed(path, text);
        return [.. In(_compilation.AddSyntaxTrees(tree), tree).Distinct()];
    }

    private static SyntaxTree Parsed(string path, string text) => CSharpSyntaxTree.ParseText(text, s_options, path);

    private IEnumerable<(string From, string To, string Name)> In(CSharpCompilation compilation, SyntaxTree tree)
    {
        SemanticModel model = compilation.GetSemanticModel(tree);
        foreach (ISymbol symbol in tree.GetRoot().DescendantNodes().SelectMany(node => Resolved(model, node)))
        {
            string[] places = [.. symbol.OriginalDefinition.DeclaringSyntaxReferences.Select(reference => reference.SyntaxTree.FilePath)];
            if (symbol is not INamespaceSymbol && places.Length > 0 && !places.Contains(tree.FilePath))
            {
                yield return (tree.FilePath, places.OrderBy(_order).ThenBy(place => Path.GetFileName(place).Length).First(), symbol.Name);
            }
        }
    }

    private static IEnumerable<ISymbol> Resolved(SemanticModel model, SyntaxNode node)
    {
        if (node is SimpleNameSyntax)
        {
            SymbolInfo info = model.GetSymbolInfo(node);
            return (info.Symbol is { } found ? [found] : info.CandidateSymbols)
                .Select(symbol => symbol is IMethodSymbol { ReducedFrom: { } whole } ? whole : symbol);
        }

        ISymbol?[] symbols = model.GetOperation(node) switch
        {
            IBinaryOperation operation => [operation.OperatorMethod],
            IUnaryOperation operation => [operation.OperatorMethod],
            IIncrementOrDecrementOperation operation => [operation.OperatorMethod],
            ICompoundAssignmentOperation operation => [operation.OperatorMethod],
            IConversionOperation operation => [operation.OperatorMethod],
            IPropertyReferenceOperation operation => [operation.Property],
            IObjectCreationOperation operation => [operation.Constructor, operation.Type],
            IInvocationOperation operation => [operation.TargetMethod],
            _ => [],
        };
        if (node is ExpressionSyntax expression && model.GetConversion(expression) is { IsUserDefined: true } conversion)
        {
            symbols = [.. symbols, conversion.MethodSymbol];
        }

        return symbols.OfType<ISymbol>();
    }
}
