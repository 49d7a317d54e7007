using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Analyzers.Calls;

/// <summary>Which members a body reads, and of which structures it gives the whole away, so that anything may be read.</summary>
internal sealed record MemberReads(IReadOnlyCollection<ISymbol> Members, IReadOnlyCollection<ISymbol> Escaped);
