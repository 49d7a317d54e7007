using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Diagnostics;

/// <summary>The rules on where attributes, and types without a tree, have no effect or a late one.</summary>
internal static class PlacementDescriptors
{
    public static readonly DiagnosticDescriptor Frozen = Rule(
        "HD1021", "[Frozen] does not apply here",
        "{0} of {1} is marked [Frozen], which only a member of a [Tree] record can be; {2}", DiagnosticSeverity.Error);

    public static readonly DiagnosticDescriptor Batch = Rule(
        "HD1022", "[Batch] does not apply here", "Parameter {0} of {1} is marked [Batch], and only objectives are sliced; remove the attribute",
        DiagnosticSeverity.Error);

    public static readonly DiagnosticDescriptor Lambda = Rule(
        "HD1023", "Lambda has no form", "A lambda is marked [{0}], and forms are generated for methods only; make it a static method", DiagnosticSeverity.Error);

    public static readonly DiagnosticDescriptor NoTree = Rule(
        "HD1024", "Type has no tree", "{0} gets a {1}, for which no tree is known, and would throw; {2}, or pass a tree", DiagnosticSeverity.Warning);

    private static DiagnosticDescriptor Rule(string id, string title, string message, DiagnosticSeverity severity) =>
        new(id, title, message, "Hyperdiff.Usage", severity, isEnabledByDefault: true, helpLinkUri: HelpLink.For(id));
}
