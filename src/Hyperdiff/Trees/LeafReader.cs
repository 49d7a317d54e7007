namespace Hyperdiff;

/// <summary>Hands out leaves, in order, while a <see cref="Tree{T}"/> rebuilds a structure.</summary>
public sealed class LeafReader
{
    private readonly IReadOnlyList<Tensor> _leaves;
    private int _next;

    /// <summary>A reader over these leaves.</summary>
    public LeafReader(IReadOnlyList<Tensor> leaves) => _leaves = leaves;

    /// <summary>Whether all leaves were read.</summary>
    public bool AtEnd => _next == _leaves.Count;

    /// <summary>The next leaf.</summary>
    /// <exception cref="InvalidOperationException">There is none: the tree reads more leaves than it writes.</exception>
    public Tensor Leaf() => _next < _leaves.Count
        ? _leaves[_next++]
        : throw new InvalidOperationException($"A tree reads more than the {_leaves.Count} leaves it wrote; Flatten and Rebuild must walk the same members.");

    /// <summary>The next leaves, as a structure.</summary>
    public T Child<T>(Tree<T> tree, T prototype)
    {
        ArgumentNullException.ThrowIfNull(tree);
        return tree.Rebuild(prototype, this);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{_next} of {_leaves.Count} leaves read";
}
