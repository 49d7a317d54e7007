using Hyperdiff.Generators.Model;
using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Analyzers;

/// <summary>The methods with which an analysis begins.</summary>
internal static class AnnotatedMethods
{
    /// <summary>Whether a compilation knows the attributes at all.</summary>
    public static bool CanOccurIn(Compilation compilation) => !compilation.GetTypesByMetadataName(KnownNames.MetadataName(KnownNames.FixedPointMap)).IsEmpty;

    /// <summary>Whether a method is annotated, at either of its parts.</summary>
    public static bool Contains(ISymbol symbol) => symbol is IMethodSymbol method
        && (GeneratedNames.IsAnnotated(method) || (method.PartialDefinitionPart is { } declared && GeneratedNames.IsAnnotated(declared)));

    /// <summary>Whether a method is annotated as the inner objective, the outer objective, a map or a condition.</summary>
    public static bool Is(IMethodSymbol method, string attribute) => KnownNames.Has(method, attribute)
        || (method.PartialDefinitionPart is { } declared && KnownNames.Has(declared, attribute));

    public static bool IsObjective(IMethodSymbol method) => GeneratedNames.IsAnnotated(method.PartialDefinitionPart ?? method, FormKind.Objective);
}
