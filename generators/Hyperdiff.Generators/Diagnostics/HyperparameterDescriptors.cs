using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Diagnostics;

/// <summary>The rules on what a problem depends on.</summary>
internal static class HyperparameterDescriptors
{
    public static readonly DiagnosticDescriptor NeverRead = Rule(
        "HD3001",
        "Hyperparameter is never read",
        "{0} is a hyperparameter of {1}, and no annotated method reads it: its hypergradient is zero; {2}",
        WellKnownDiagnosticTags.CompilationEnd);

    public static readonly DiagnosticDescriptor Independent = Rule(
        "HD3002", "Problem does not depend on its state", "{0} does not depend on {1}: {2}; use it, or leave it out of the state");

    public static readonly DiagnosticDescriptor NotAMean = Rule(
        "HD3003",
        "[Batch] data are summed, not averaged",
        "{0} sums over samples marked [Batch], so that the average over slices is not its value; take the mean, or divide by the number of samples");

    private static DiagnosticDescriptor Rule(string id, string title, string message, params string[] tags) => new(
        id, title, message, "Hyperdiff.Hyperparameters", DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpLink.For(id), customTags: tags);
}
