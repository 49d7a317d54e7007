using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Hyperdiff.Generators.Analyzers.Effects;

/// <summary>Members by the names that a reader of C# knows, not by those that the compiler gives them.</summary>
internal static class SourceNames
{
    public static string Of(ISymbol symbol) => symbol switch
    {
        IMethodSymbol method => Of(method),
        INamedTypeSymbol type => type.Name,
        IPropertySymbol { IsIndexer: true } => "this[]",
        IFieldSymbol { AssociatedSymbol: { } property } => property.Name,
        _ => symbol.Name,
    };

    /// <summary>The member with the type that declares it: <c>Math.Sqrt</c>, <c>new Random</c>, <c>operator + of Money</c>.</summary>
    public static string Qualified(ISymbol symbol)
    {
        string type = TypeOf(symbol);
        return symbol switch
        {
            IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor } => Of(symbol),
            IMethodSymbol { MethodKind: MethodKind.UserDefinedOperator or MethodKind.Conversion or MethodKind.BuiltinOperator } => $"{Of(symbol)} of {type}",
            IMethodSymbol { MethodKind: MethodKind.LocalFunction or MethodKind.AnonymousFunction } => Of(symbol),
            _ => $"{type}.{Of(symbol)}",
        };
    }

    private static string Of(IMethodSymbol method) => method.MethodKind switch
    {
        MethodKind.Constructor => "new " + TypeOf(method),
        MethodKind.StaticConstructor => "the static constructor of " + TypeOf(method),
        MethodKind.Destructor => "the finalizer of " + TypeOf(method),
        MethodKind.AnonymousFunction => "the lambda",
        MethodKind.UserDefinedOperator or MethodKind.BuiltinOperator => "operator " + Token(method.Name),
        MethodKind.Conversion => "the conversion to " + method.ReturnType.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat),
        MethodKind.ExplicitInterfaceImplementation => method.ExplicitInterfaceImplementations[0].Name,
        _ when method.AssociatedSymbol is { } property => Of(property),
        _ => method.Name,
    };

    // what stands in an extension block of C# 14 belongs, to a reader, to the class around the block, which alone has a name
    private static string TypeOf(ISymbol symbol)
    {
        INamedTypeSymbol? type = symbol.ContainingType;
        while (type is { ContainingType: { } outer } && !SyntaxFacts.IsValidIdentifier(type.Name))
        {
            type = outer;
        }

        return type?.Name ?? string.Empty;
    }

    private static string Token(string name)
    {
        SyntaxKind kind = SyntaxFacts.GetOperatorKind(name);
        string text = SyntaxFacts.GetText(kind);
        bool isChecked = name.StartsWith("op_Checked", StringComparison.Ordinal);
        return text.Length > 0 ? (isChecked ? "checked " : string.Empty) + text : name;
    }
}
