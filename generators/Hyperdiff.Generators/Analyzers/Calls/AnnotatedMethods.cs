using System.Collections.Concurrent;
using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Analyzers.Calls;

/// <summary>The methods with which an analysis of calls begins.</summary>
internal sealed class AnnotatedMethods
{
    private readonly ConcurrentBag<IMethodSymbol> _methods = [];

    /// <summary>Whether a compilation knows the attributes at all.</summary>
    public static bool CanOccurIn(Compilation compilation) => !compilation.GetTypesByMetadataName(KnownNames.MetadataName(KnownNames.FixedPointMap)).IsEmpty;

    public static bool Contains(ISymbol symbol) => symbol is IMethodSymbol method && GeneratedNames.IsAnnotated(method);

    public bool AddIfAnnotated(ISymbol symbol)
    {
        bool annotated = Contains(symbol);
        if (annotated)
        {
            _methods.Add((IMethodSymbol)symbol);
        }

        return annotated;
    }

    /// <summary>In an order that does not depend on the order in which they were found, so that messages do not either.</summary>
    public IEnumerable<IMethodSymbol> InOrder() => _methods.OrderBy(method => method.ToDisplayString(), StringComparer.Ordinal);
}
