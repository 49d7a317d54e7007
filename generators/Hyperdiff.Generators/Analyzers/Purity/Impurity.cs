using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Analyzers.Purity;

/// <summary>An expression that a pure method may not contain.</summary>
/// <param name="Rule">The rule that it breaks.</param>
/// <param name="Location">Where it stands.</param>
/// <param name="Deed">What it does: "reads DateTime.Now".</param>
/// <param name="Remedy">What to do instead.</param>
internal sealed record Impurity(DiagnosticDescriptor Rule, Location Location, string Deed, string Remedy)
{
    /// <summary>The diagnostic for an annotated method that reaches this expression by a path of calls.</summary>
    public Diagnostic ToDiagnostic(IReadOnlyList<ISymbol> path)
    {
        string who = path.Count == 1 ? path[0].Name : $"{path[0].Name} (by way of {string.Join(" → ", path.Skip(1).Select(Name))})";
        return Diagnostic.Create(Rule, Location, who, Deed, Remedy);
    }

    private static string Name(ISymbol symbol) => symbol switch
    {
        IMethodSymbol { MethodKind: MethodKind.Constructor } constructor => "new " + constructor.ContainingType.Name,
        IMethodSymbol { AssociatedSymbol: { } property } => property.Name,
        INamedTypeSymbol type => "new " + type.Name,
        _ => symbol.Name,
    };
}
