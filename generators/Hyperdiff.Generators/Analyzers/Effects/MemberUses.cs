using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Analyzers.Effects;

/// <summary>Which members of structures a method reads, with all that it calls, and which structures it gives away as a whole, so that anything in them may
/// be read.</summary>
internal sealed class MemberUses
{
    public HashSet<ISymbol> Members { get; } = new(SymbolEqualityComparer.Default);

    public HashSet<ISymbol> Whole { get; } = new(SymbolEqualityComparer.Default);

    public void Add(MemberUses other)
    {
        Members.UnionWith(other.Members);
        Whole.UnionWith(other.Whole);
    }
}
