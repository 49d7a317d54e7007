using System.Collections.Immutable;
using System.Numerics;

namespace Hyperdiff.Graphs;

/// <summary>The equations of a graph under construction, found by what they compute from what: places in a list, so that there is nothing in it that a
/// collector of garbage would have to look at.</summary>
internal sealed class EquationTable
{
    private int[] _hashes;

    // places + 1, each from where its hash points to the next that is free; 0 where nothing stands
    private int[] _slots;

    /// <summary>A table without equations.</summary>
    /// <param name="capacity">For how many there is room before it grows.</param>
    public EquationTable(int capacity)
    {
        _hashes = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity, 8))];
        _slots = new int[2 * _hashes.Length];
    }

    /// <summary>How many equations are in it: the first so many of the list.</summary>
    public int Count { get; private set; }

    /// <summary>The equation that computes the same from the same; null if there is none.</summary>
    /// <param name="equations">The list.</param>
    /// <param name="primitive">What is computed.</param>
    /// <param name="operands">From what.</param>
    /// <param name="hash">Their hash, to add it by.</param>
    public Equation? Find(ImmutableArray<Equation>.Builder equations, Primitive primitive, ImmutableArray<Value> operands, out int hash)
    {
        hash = Hash(primitive, operands);
        for (int slot = hash & (_slots.Length - 1); _slots[slot] is > 0 and var place; slot = (slot + 1) & (_slots.Length - 1))
        {
            if (_hashes[place - 1] == hash && equations[place - 1] is var known && known.Operands.AsSpan().SequenceEqual(operands.AsSpan())
                && known.Primitive.Equals(primitive))
            {
                return known;
            }
        }

        return null;
    }

    /// <summary>Adds the next equation of the list.</summary>
    /// <param name="hash">Its hash.</param>
    public void Add(int hash)
    {
        if (Count == _hashes.Length)
        {
            Array.Resize(ref _hashes, 2 * Count);
            _slots = new int[4 * Count];
            for (int place = 0; place < Count; place++)
            {
                Place(_hashes[place], place);
            }
        }

        _hashes[Count] = hash;
        Place(hash, Count++);
    }

    /// <summary>The hash of an equation.</summary>
    public static int Hash(Primitive primitive, ImmutableArray<Value> operands)
    {
        int hash = primitive.GetHashCode();
        foreach (Value operand in operands)
        {
            hash = (hash * 31) + operand.Number;
        }

        // neighbouring numbers to slots far apart: by bits that the lowest ones are made of too
        hash *= unchecked((int)0x9E3779B1);
        return hash ^ (int)((uint)hash >> 15);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Count} equations";

    private void Place(int hash, int place)
    {
        int slot = hash & (_slots.Length - 1);
        while (_slots[slot] > 0)
        {
            slot = (slot + 1) & (_slots.Length - 1);
        }

        _slots[slot] = place + 1;
    }
}
