using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Parsing;

/// <summary>The names of the library that the generator knows, and whether a symbol bears one.</summary>
/// <remarks>The generator references none of the library's assemblies: it may run in a compiler whose runtime could not load them.</remarks>
internal static class KnownNames
{
    public const string Namespace = "Hyperdiff";
    public const string Tree = "TreeAttribute";
    public const string Frozen = "FrozenAttribute";
    public const string Batch = "BatchAttribute";
    public const string FixedPointMap = "FixedPointMapAttribute";
    public const string RootCondition = "RootConditionAttribute";
    public const string InnerObjective = "InnerObjectiveAttribute";
    public const string OuterObjective = "OuterObjectiveAttribute";
    public const string Differentiable = "DifferentiableAttribute";
    public const string GradientOf = "GradientOfAttribute";
    public const string HessianProductOf = "HessianProductOfAttribute";
    public const string PureFunction = "PureFunctionAttribute";
    public const string AssumePure = "AssumePureAttribute";

    /// <summary>The full name of a type of the library.</summary>
    public static string MetadataName(string name) => Namespace + "." + name;

    public static bool IsTensor(ITypeSymbol type) => IsLibraryType(type, "Tensor", 0);

    /// <summary>Whether the type is <c>ITree&lt;T&gt;</c> of some T.</summary>
    public static bool IsTreeInterface(INamedTypeSymbol type) => IsLibraryType(type, "ITree", 1);

    public static AttributeData? Attribute(ISymbol symbol, string name) =>
        symbol.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass is { } type && IsLibraryType(type, name, 0));

    /// <summary>Whether a method is implemented as the derivative of another.</summary>
    public static bool IsDerivative(ISymbol symbol) => Has(symbol, GradientOf) || Has(symbol, HessianProductOf);

    public static bool Has(ISymbol symbol, string attribute) => Attribute(symbol, attribute) is not null;

    private static bool IsLibraryType(ITypeSymbol type, string name, int arity) =>
        type is INamedTypeSymbol named && named.Name == name && named.Arity == arity && named.ContainingType is null
        && named.ContainingNamespace is { Name: Namespace, ContainingNamespace.IsGlobalNamespace: true };
}
