using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Hyperdiff.Generators.Parsing;

/// <summary>How types and identifiers are written: in full for emitted code, briefly for messages.</summary>
internal static class TypeNames
{
    private static readonly SymbolDisplayFormat s_qualified =
        SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat s_brief =
        SymbolDisplayFormat.MinimallyQualifiedFormat.AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat s_namespace =
        SymbolDisplayFormat.FullyQualifiedFormat.WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted);

    public static string Qualified(ITypeSymbol type) => type.ToDisplayString(s_qualified);

    public static string Brief(ITypeSymbol type) => type.ToDisplayString(s_brief);

    public static string Namespace(INamespaceSymbol symbol) => symbol.IsGlobalNamespace ? string.Empty : symbol.ToDisplayString(s_namespace);

    /// <summary>Whether two types are the same up to tuple names and nullability, which no emitted code depends on.</summary>
    public static bool Same(ITypeSymbol a, ITypeSymbol b) => (a, b) switch
    {
        (IArrayTypeSymbol x, IArrayTypeSymbol y) => x.Rank == y.Rank && Same(x.ElementType, y.ElementType),
        (INamedTypeSymbol { IsTupleType: true } x, INamedTypeSymbol { IsTupleType: true } y) =>
            x.TupleElements.Length == y.TupleElements.Length && x.TupleElements.Zip(y.TupleElements, (i, j) => Same(i.Type, j.Type)).All(same => same),
        _ => SymbolEqualityComparer.Default.Equals(a, b),
    };

    /// <summary>An identifier as code writes it.</summary>
    public static string Escape(string identifier) =>
        SyntaxFacts.GetKeywordKind(identifier) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(identifier) != SyntaxKind.None
            ? "@" + identifier : identifier;
}
