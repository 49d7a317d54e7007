using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Hyperdiff.Generators.Analyzers.Effects;

/// <summary>The variables with which each block of a graph is entered, and the blocks that have to be run for them.</summary>
internal sealed class BlockStates(ControlFlowGraph graph)
{
    private readonly Dictionary<ISymbol, Value>?[] _entering = new Dictionary<ISymbol, Value>?[graph.Blocks.Length];
    private readonly SortedSet<int> _waiting = [];

    /// <summary>The next block that is entered with something new; null at the end.</summary>
    public BasicBlock? Next()
    {
        if (_waiting.Count == 0)
        {
            return null;
        }

        int ordinal = _waiting.Min;
        _waiting.Remove(ordinal);
        return graph.Blocks[ordinal];
    }

    /// <summary>The variables as a block finds them, to be changed.</summary>
    public Dictionary<ISymbol, Value> At(BasicBlock block) => new(_entering[block.Ordinal]!, SymbolEqualityComparer.Default);

    /// <summary>Enters a block with these variables, besides those that it was entered with before.</summary>
    public void Enter(int block, Dictionary<ISymbol, Value> state)
    {
        if (_entering[block] is not { } known)
        {
            _entering[block] = new(state, SymbolEqualityComparer.Default);
            _waiting.Add(block);
        }
        else if (Join(known, state))
        {
            _waiting.Add(block);
        }
    }

    /// <summary>Adds what a block was entered with so far.</summary>
    public void JoinInto(Dictionary<ISymbol, Value> state, int block)
    {
        if (_entering[block] is { } known)
        {
            Join(state, known);
        }
    }

    private static bool Join(Dictionary<ISymbol, Value> into, Dictionary<ISymbol, Value> from)
    {
        bool changed = false;
        foreach (KeyValuePair<ISymbol, Value> variable in from)
        {
            if (!into.TryGetValue(variable.Key, out Value? held))
            {
                into[variable.Key] = variable.Value;
                changed = true;
            }
            else if (held.Join(variable.Value) is var joined && !ReferenceEquals(joined, held))
            {
                into[variable.Key] = joined;
                changed = true;
            }
        }

        return changed;
    }
}
