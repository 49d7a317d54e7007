using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Tests.Formalities;

/// <summary>Which files of a folder use declarations of which others.</summary>
/// <remarks>Not only names count, but what the compiler resolves without one: operators, indexers, conversions, constructors of a <c>new()</c> whose type is
/// that of its target, and elements that a collection initializer adds. A declaration in parts, as a partial type, counts where its first part stands in the
/// given order, and of several there the one with the shortest name; its members count where each of them stands.</remarks>
internal static class UsesOfDeclarations
{
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; "
            + "global using System.Threading.Tasks;";

    /// <summary>All uses across files, or those of the additional files if there are any; paths are relative to the folder, with slashes.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="order">The order of its files, by relative path: where a declaration in parts counts.</param>
    /// <param name="additional">Files that are not there.</param>
    public static IReadOnlyCollection<(string From, string To, string Name)> Of(string root, Func<string, int> order,
        params (string Path, string Text)[] additional)
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        IEnumerable<(string Path, string Text)> files = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(path => (Relative(path), File.ReadAllText(path))).Concat(additional);
        SyntaxTree[] trees = [.. files.Select(file => CSharpSyntaxTree.ParseText(file.Text, options, file.Path))];
        string[] platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            "Sources",
            [.. trees, CSharpSyntaxTree.ParseText(ImplicitUsings, options)],
            platform.Where(path => Path.GetFileName(path) is var name
                && (name == "Hyperdiff.Abstractions.dll" || !name.StartsWith("Hyperdiff.", StringComparison.Ordinal)))
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        var uses = new HashSet<(string From, string To, string Name)>();
        foreach (SyntaxTree tree in additional.Length == 0 ? trees : trees[^additional.Length..])
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (ISymbol symbol in tree.GetRoot().DescendantNodes().SelectMany(node => Resolved(model, node)))
            {
                string[] places = [.. symbol.OriginalDefinition.DeclaringSyntaxReferences.Select(reference => reference.SyntaxTree.FilePath)];
                if (symbol is not INamespaceSymbol && places.Length > 0 && !places.Contains(tree.FilePath))
                {
                    uses.Add((tree.FilePath, places.OrderBy(order).ThenBy(place => Path.GetFileName(place).Length).First(), symbol.Name));
                }
            }
        }

        return uses;

        string Relative(string path) => Path.GetRelativePath(root, path).Replace('\\', '/');
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
