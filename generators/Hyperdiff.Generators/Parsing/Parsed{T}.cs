using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Parsing;

/// <summary>What a declaration came to: a model, or the reasons why there is none.</summary>
internal sealed class Parsed<T>(T? model, IReadOnlyList<Issue> issues)
    where T : class
{
    /// <summary>What is emitted from; null if there are issues.</summary>
    public T? Model { get; } = issues.Count == 0 ? model : null;

    public IReadOnlyList<Issue> Issues { get; } = issues;
}

/// <summary>A reason why nothing is emitted. Analyzers report it; the generator drops it, so that no location enters its pipeline.</summary>
internal readonly struct Issue(DiagnosticDescriptor descriptor, Location location, params string[] arguments)
{
    public Diagnostic ToDiagnostic() => Diagnostic.Create(descriptor, location, [.. arguments]);
}
