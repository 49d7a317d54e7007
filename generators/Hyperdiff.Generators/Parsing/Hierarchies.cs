using Hyperdiff.Generators.Diagnostics;
using Hyperdiff.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hyperdiff.Generators.Parsing;

/// <summary>Where members for a type go, whether they can go there, and who can see them.</summary>
internal static class Hierarchies
{
    // a tree implements a static member of an interface
    private const LanguageVersion Oldest = LanguageVersion.CSharp11;

    public static Hierarchy Of(INamedTypeSymbol type) => new(
        TypeNames.Namespace(type.ContainingNamespace),
        new EquatableArray<TypeDeclaration>(Chain(type).Reverse().Select(level => new TypeDeclaration(Keyword(level), TypeNames.Escape(level.Name)))));

    /// <summary>The type and what contains it, innermost first.</summary>
    public static IEnumerable<INamedTypeSymbol> Chain(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? level = type; level is not null; level = level.ContainingType)
        {
            yield return level;
        }
    }

    /// <summary>Says what stands against emitting into a type: it, or a type around it, is not partial or is generic.</summary>
    public static IEnumerable<Issue> Issues(INamedTypeSymbol type, string purpose, CancellationToken cancellation)
    {
        if (type.Locations[0].SourceTree?.Options is CSharpParseOptions { LanguageVersion: < Oldest } options)
        {
            yield return new Issue(
                DiagnosticDescriptors.Language, type.Locations[0], purpose, options.LanguageVersion.ToDisplayString(), Oldest.ToDisplayString());
        }

        foreach (INamedTypeSymbol level in Chain(type))
        {
            if (level.IsFileLocal)
            {
                yield return new Issue(DiagnosticDescriptors.FileLocal, level.Locations[0], level.Name, purpose);
            }

            if (!IsPartial(level, cancellation))
            {
                yield return new Issue(DiagnosticDescriptors.NotPartial, level.Locations[0], level.Name, purpose);
            }

            if (level.Arity > 0)
            {
                yield return new Issue(DiagnosticDescriptors.Generic, level.Locations[0], level.Name);
            }
        }
    }

    /// <summary>From how far away a type can be named, with the types that it is made of.</summary>
    public static Visibility VisibilityOf(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => VisibilityOf(array.ElementType),
        INamedTypeSymbol named => Least([.. Chain(named).Select(Own), .. named.TypeArguments.Select(VisibilityOf)]),
        _ => Visibility.Public,
    };

    public static Visibility Least(params Visibility[] visibilities) => visibilities.Length == 0 ? Visibility.Public : visibilities.Min();

    private static bool IsPartial(INamedTypeSymbol type, CancellationToken cancellation) => type.DeclaringSyntaxReferences.Any(
        reference => reference.GetSyntax(cancellation) is MemberDeclarationSyntax declaration && declaration.Modifiers.Any(SyntaxKind.PartialKeyword));

    private static Visibility Own(INamedTypeSymbol type) => type.IsFileLocal ? Visibility.Private : type.DeclaredAccessibility switch
    {
        Accessibility.Public => Visibility.Public,
        Accessibility.Internal or Accessibility.ProtectedOrInternal => Visibility.Internal,
        _ => Visibility.Private,
    };

    private static string Keyword(INamedTypeSymbol type) => type switch
    {
        { IsRecord: true, TypeKind: TypeKind.Struct } => "record struct",
        { IsRecord: true } => "record",
        { TypeKind: TypeKind.Struct } => "struct",
        { TypeKind: TypeKind.Interface } => "interface",
        _ => "class",
    };
}
