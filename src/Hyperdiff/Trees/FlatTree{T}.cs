using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>A structure taken apart: its tree, the value it came from, and its leaves.</summary>
internal sealed class FlatTree<T>
{
    private readonly Tree<T> _tree;
    private readonly T _prototype;

    /// <summary>Takes a structure apart.</summary>
    /// <param name="tree">How it is made of tensors.</param>
    /// <param name="value">The structure.</param>
    /// <param name="parameter">The name of the parameter, for messages: a record's leaves are named after its type, those of other structures after the
    /// parameter.</param>
    public FlatTree(Tree<T> tree, T value, string parameter)
    {
        ArgumentNullException.ThrowIfNull(value, parameter);
        (_tree, _prototype) = (tree, value);
        bool anonymous = parameter.Length == 0 || typeof(T) == typeof(Tensor) || typeof(T).IsGenericType || typeof(T).IsArray;
        var writer = new LeafWriter(anonymous ? parameter : typeof(T).Name);
        tree.Flatten(value, writer);
        (Leaves, Statics) = writer.Written();
        Tensors = new Tensor[Leaves.Length];
        for (int i = 0; i < Tensors.Length; i++)
        {
            Tensors[i] = Leaves[i].Value;
        }
    }

    /// <summary>The leaves with names and flags.</summary>
    public ImmutableArray<Leaf> Leaves { get; }

    /// <summary>The leaves as tensors.</summary>
    public Tensor[] Tensors { get; }

    /// <summary>What besides the leaves makes up the structure.</summary>
    public ImmutableArray<object> Statics { get; }

    /// <summary>The positions of the leaves that are differentiated.</summary>
    public IEnumerable<int> Active => Enumerable.Range(0, Leaves.Length).Where(i => Leaves[i].IsActive);

    /// <summary>Throws where there is nothing to differentiate in: leaves, but none that holds floating numbers.</summary>
    /// <remarks>
    /// Such leaves are part of the structure rather than of the vector, so that a gradient would be the point itself. Frozen leaves were frozen on purpose: a
    /// structure of them alone has a gradient of zeros.
    /// </remarks>
    /// <param name="what">What is differentiated, for the message.</param>
    /// <exception cref="DTypeMismatchException">There is no leaf with a derivative.</exception>
    public void RequireActive(string what)
    {
        if (!Active.Any() && Leaves.FirstOrDefault(leaf => !leaf.Value.DType.IsFloating() && !leaf.Frozen) is { Name: { } name, Value: var value })
        {
            throw new DTypeMismatchException(
                $"{what}: leaf {name} is {value.Type}, which has no derivative, and no other leaf has one; convert it before: tensor.To(DType.Float64), or "
                    + $"Tensor.From([1.0, 2.0]) instead of Tensor.From([1, 2]).");
        }
    }

    /// <summary>The same structure with other leaves.</summary>
    public T Rebuild(IReadOnlyList<Tensor> leaves)
    {
        var reader = new LeafReader(leaves);
        T rebuilt = _tree.Rebuild(_prototype, reader);
        return reader.AtEnd ? rebuilt : throw new InvalidOperationException($"The tree of {typeof(T)} reads fewer leaves than it writes.");
    }

    /// <summary>The same structure with other leaves instead of the active ones, and zeros for the frozen ones; indices and masks are part of
    /// the structure, and stay.</summary>
    public T RebuildActive(IEnumerable<Tensor> activeLeaves)
    {
        using IEnumerator<Tensor> next = activeLeaves.GetEnumerator();
        return Rebuild([.. Leaves.Select(
            leaf => leaf.IsActive && next.MoveNext() ? next.Current : leaf.Value.DType.IsFloating() ? Tensor.ZerosLike(leaf.Value) : leaf.Value)]);
    }

    /// <summary>Throws unless another value of the same type has leaves of the same types: a direction, a warm start, a result of a map.</summary>
    public void RequireSameLeaves(FlatTree<T> other, string what)
    {
        if (!Statics.SequenceEqual(other.Statics) || Leaves.Length != other.Leaves.Length)
        {
            throw new ArgumentException(
                $"{what}: the structure differs: {Leaves.Length} leaves and "
                    + $"({string.Join(", ", Statics)}) against {other.Leaves.Length} and ({string.Join(", ", other.Statics)}).");
        }

        for (int i = 0; i < Leaves.Length; i++)
        {
            if (Leaves[i].Value.Type != other.Leaves[i].Value.Type)
            {
                throw new ShapeMismatchException(
                    $"{what}: leaf {Leaves[i].Name} is {Leaves[i].Value.Type} in one and {other.Leaves[i].Value.Type} in the other; they must agree.");
            }
        }
    }
}
