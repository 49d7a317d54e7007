using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Diagnostics;

/// <summary>The rules of purity: an annotated method is traced once per combination of shapes, so its result may depend on its parameters alone.</summary>
internal static class PurityDescriptors
{
    public static readonly DiagnosticDescriptor StaticState = Rule("HD2001", "Annotated method uses mutable static state");

    public static readonly DiagnosticDescriptor InputOutput = Rule("HD2002", "Annotated method does input or output");

    public static readonly DiagnosticDescriptor Clock = Rule("HD2003", "Annotated method reads a clock");

    public static readonly DiagnosticDescriptor Randomness = Rule("HD2004", "Annotated method draws random numbers");

    public static readonly DiagnosticDescriptor Mutation = Rule("HD2005", "Annotated method changes or shares state");

    public static readonly DiagnosticDescriptor NotSeen = Rule("HD2008", "Annotated method calls what cannot be seen");

    // the message is composed at the place: who, by way of whom, does what; what to do instead
    private static DiagnosticDescriptor Rule(string id, string title) => new(
        id, title, "{0} {1}; {2}", "Hyperdiff.Purity", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink.For(id));
}
