using System.Collections.Immutable;
using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>A structure taken apart, with the way back.</summary>
internal sealed class FlatTree<T> : FlatTree
{
    private readonly Tree<T> _tree;
    private readonly T _prototype;
    private readonly bool _isPrototype;

    /// <summary>Takes a structure apart.</summary>
    /// <param name="tree">How it is made of tensors.</param>
    /// <param name="value">The structure.</param>
    /// <param name="parameter">The name of the parameter, for messages: a record's leaves are named after its type, those of other structures after the
    /// parameter.</param>
    public FlatTree(Tree<T> tree, T value, string parameter)
        : this(tree, value, Written(tree, value, parameter))
    {
    }

    private FlatTree(Tree<T> tree, T value, (ImmutableArray<Leaf> Leaves, ImmutableArray<object> Statics) written)
        : base(written.Leaves, written.Statics) => (_tree, _prototype, _isPrototype) = (tree, value, true);

    private FlatTree(FlatTree<T> like, Tensor[] tensors)
        : base(like, tensors) => (_tree, _prototype) = (like._tree, like._prototype);

    /// <summary>How the structure is made of tensors.</summary>
    public Tree<T> Tree => _tree;

    /// <summary>A structure with the same static members and lengths, whatever its leaves.</summary>
    public T Prototype => _prototype;

    /// <summary>The structure.</summary>
    public T Value => _isPrototype ? _prototype : Rebuild(Tensors);

    /// <inheritdoc/>
    public override FlatTree With(Tensor[] tensors) => new FlatTree<T>(this, tensors);

    /// <summary>The same structure with other leaves.</summary>
    public T Rebuild(IReadOnlyList<Tensor> leaves)
    {
        var reader = new LeafReader(leaves);
        T rebuilt = _tree.Rebuild(_prototype, reader);
        return reader.AtEnd ? rebuilt : throw new InvalidOperationException($"The tree of {typeof(T)} reads fewer leaves than it writes.");
    }

    /// <summary>The same structure with other leaves instead of the active ones, and zeros for the frozen ones; indices and masks are part of the structure,
    /// and stay.</summary>
    public T RebuildActive(IEnumerable<Tensor> activeLeaves) => Rebuild(WithZeros(activeLeaves));

    /// <summary>The same as leaves.</summary>
    public FlatTree LikeGradient(IEnumerable<Tensor> activeLeaves) => With(WithZeros(activeLeaves));

    private Tensor[] WithZeros(IEnumerable<Tensor> activeLeaves)
    {
        using IEnumerator<Tensor> next = activeLeaves.GetEnumerator();
        return [.. Leaves.Select(leaf => leaf.IsActive && next.MoveNext() ? Placement.Beside(leaf.Value, next.Current)
            : leaf.Value.DType.IsFloating() ? Tensor.ZerosLike(leaf.Value) : leaf.Value)];
    }

    private static (ImmutableArray<Leaf> Leaves, ImmutableArray<object> Statics) Written(Tree<T> tree, T value, string parameter)
    {
        ArgumentNullException.ThrowIfNull(value, parameter);
        bool anonymous = parameter.Length == 0 || typeof(T) == typeof(Tensor) || typeof(T) == typeof(double)
            || typeof(T).IsGenericType || typeof(T).IsArray;
        var writer = new LeafWriter(anonymous ? parameter : typeof(T).Name);
        tree.Flatten(value, writer);
        return writer.Written();
    }
}
