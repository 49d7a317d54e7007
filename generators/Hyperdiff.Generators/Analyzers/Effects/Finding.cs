using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Analyzers.Effects;

/// <summary>What a body does that a rule forbids.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Cause">Where it is done.</param>
/// <param name="Deed">What it does: "reads DateTime.Now".</param>
/// <param name="Remedy">What to do instead.</param>
/// <param name="Location">The expression of the method under analysis that does it, or the call that leads there.</param>
/// <param name="Path">The calls from there to the cause.</param>
internal sealed record Finding(DiagnosticDescriptor Rule, Location Cause, string Deed, string Remedy, Location Location, IReadOnlyList<ISymbol> Path)
{
    /// <summary>One diagnostic per rule and place; further causes behind the same call are further locations.</summary>
    public static IEnumerable<Diagnostic> ToDiagnostics(ISymbol root, IEnumerable<Finding> findings) => findings
        .GroupBy(finding => (finding.Rule.Id, finding.Location))
        .Select(group => group.First().ToDiagnostic(root, group.Select(finding => finding.Cause).Where(cause => cause != group.Key.Location).Distinct()));

    private Diagnostic ToDiagnostic(ISymbol root, IEnumerable<Location> causes)
    {
        string way = Path.Count == 0 ? string.Empty : $" (by way of {string.Join(" → ", Path.Select(SourceNames.Of))})";
        return Diagnostic.Create(Rule, Location, causes, SourceNames.Of(root) + way, Deed, Remedy);
    }
}
