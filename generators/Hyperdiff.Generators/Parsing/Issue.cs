using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Parsing;

/// <summary>A reason why nothing is emitted. Analyzers report it; the generator drops it, so that no location enters its pipeline.</summary>
internal readonly struct Issue(DiagnosticDescriptor descriptor, Location location, params string[] arguments)
{
    public Diagnostic ToDiagnostic() => Diagnostic.Create(descriptor, location, [.. arguments]);
}
