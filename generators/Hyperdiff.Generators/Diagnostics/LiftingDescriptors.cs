using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Diagnostics;

/// <summary>The rules on methods over plain numbers, which are lifted to tensors.</summary>
internal static class LiftingDescriptors
{
    public static readonly DiagnosticDescriptor NotLiftable = Lifting(
        "HD1030", "Expression cannot be lifted", "'{0}' cannot be lifted to tensors: {1}");

    public static readonly DiagnosticDescriptor NotKnown = Lifting(
        "HD1031", "Value is needed while the method is traced", "'{0}' depends on a number that is differentiated, and {1} must be known before: {2}");

    public static readonly DiagnosticDescriptor Unbounded = Lifting(
        "HD1032", "Loop has no bound",
        "How often this loop runs depends on numbers that are differentiated, and nothing bounds it: count its steps, and compare the counter with a bound in the "
            + "condition: {1} < 100 && {0}");

    private static DiagnosticDescriptor Lifting(string id, string title, string message) =>
        new(id, title, message, "Hyperdiff.Lifting", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink.For(id));
}
