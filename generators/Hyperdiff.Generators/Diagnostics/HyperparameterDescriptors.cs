using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Diagnostics;

/// <summary>The rules on what the hyperparameters are used for.</summary>
internal static class HyperparameterDescriptors
{
    public static readonly DiagnosticDescriptor NeverRead = new(
        "HD3001",
        "Hyperparameter is never read",
        "{0}.{1} is a hyperparameter of {2}, and no annotated method reads it: its hypergradient is zero; use it, remove it, or mark it [Frozen]",
        "Hyperdiff.Hyperparameters",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLink.For("HD3001"),
        customTags: WellKnownDiagnosticTags.CompilationEnd);
}
