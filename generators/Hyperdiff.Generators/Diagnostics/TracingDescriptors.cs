using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Diagnostics;

/// <summary>The rules of traced code: what a transformation traces runs once, whatever the number of steps or items, and its derivative is that of what was
/// traced.</summary>
internal static class TracingDescriptors
{
    public static readonly DiagnosticDescriptor CapturedWrite = Rule("HD2006", "Traced function writes what lies outside of it");

    public static readonly DiagnosticDescriptor ReadValue = Rule("HD2007", "Value that was read is used as a number");

    private static DiagnosticDescriptor Rule(string id, string title) => new(
        id, title, "{0} {1}; {2}", "Hyperdiff.Tracing", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink.For(id));
}
