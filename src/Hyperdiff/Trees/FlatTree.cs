using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Hyperdiff;

/// <summary>A structure taken apart, whatever its type: its leaves, and what besides them makes it up.</summary>
internal abstract class FlatTree
{
    private ImmutableArray<int> _active;

    private protected FlatTree(ImmutableArray<Leaf> leaves, ImmutableArray<object> statics)
    {
        (Leaves, Statics, Tensors) = (leaves, statics, new Tensor[leaves.Length]);
        for (int i = 0; i < leaves.Length; i++)
        {
            Tensors[i] = leaves[i].Value;
        }
    }

    private protected FlatTree(FlatTree like, Tensor[] tensors)
    {
        var leaves = new Leaf[tensors.Length];
        for (int i = 0; i < leaves.Length; i++)
        {
            leaves[i] = like.Leaves[i] with { Value = tensors[i] };
        }

        (Leaves, Statics, Tensors, _active) = (ImmutableCollectionsMarshal.AsImmutableArray(leaves), like.Statics, tensors, like._active);
    }

    /// <summary>The leaves with names and flags.</summary>
    public ImmutableArray<Leaf> Leaves { get; }

    /// <summary>The leaves as tensors.</summary>
    public Tensor[] Tensors { get; }

    /// <summary>What besides the leaves makes up the structure.</summary>
    public ImmutableArray<object> Statics { get; }

    /// <summary>The positions of the leaves that are differentiated.</summary>
    public ImmutableArray<int> Active => _active.IsDefault ? _active = [.. Enumerable.Range(0, Leaves.Length).Where(i => Leaves[i].IsActive)] : _active;

    /// <summary>The leaves that are differentiated.</summary>
    public Tensor[] ActiveTensors => ActiveOf(Tensors);

    /// <summary>Those of leaves like these that are differentiated.</summary>
    public Tensor[] ActiveOf(Tensor[] leaves)
    {
        var active = new Tensor[Active.Length];
        for (int i = 0; i < active.Length; i++)
        {
            active[i] = leaves[Active[i]];
        }

        return active;
    }

    /// <summary>The coarsest machine epsilon among the leaves that are differentiated.</summary>
    public double Epsilon => ActiveTensors.CoarsestEpsilon();

    /// <summary>The same structure with other leaves, which need not be put together and taken apart for that.</summary>
    /// <param name="tensors">All leaves, of the same types.</param>
    public abstract FlatTree With(Tensor[] tensors);

    /// <summary>The same structure with other leaves instead of those that are differentiated.</summary>
    public FlatTree WithActive(Tensor[] active)
    {
        var tensors = (Tensor[])Tensors.Clone();
        for (int i = 0; i < active.Length; i++)
        {
            tensors[Active[i]] = active[i];
        }

        return With(tensors);
    }

    /// <summary>Throws where there is nothing to differentiate in: leaves, but none that holds floating numbers.</summary>
    /// <remarks>
    /// Such leaves are part of the structure rather than of the vector, so that a gradient would be the point itself. Frozen leaves were frozen on purpose: a
    /// structure of them alone has a gradient of zeros.
    /// </remarks>
    /// <param name="what">What is differentiated, for the message.</param>
    /// <exception cref="DTypeMismatchException">There is no leaf with a derivative.</exception>
    public void RequireActive(string what)
    {
        if (Active.IsEmpty && Leaves.FirstOrDefault(leaf => !leaf.Value.DType.IsFloating() && !leaf.IsFrozen) is { Name: { } name, Value: var value })
        {
            throw new DTypeMismatchException(
                $"{what}: leaf {name} is {value.Type}, which has no derivative, and no other leaf has one; "
                + "convert it before: tensor.To(DType.Float64), or Tensor.From([1.0, 2.0]) instead of Tensor.From([1, 2]).");
        }
    }

    /// <summary>Throws unless another value of the same type has leaves of the same types: a direction, a warm start, a result of a map.</summary>
    public void RequireSameLeaves(FlatTree other, string what)
    {
        if (!Statics.SequenceEqual(other.Statics) || Leaves.Length != other.Leaves.Length)
        {
            throw new ArgumentException(
                $"{what}: the structure differs: {Leaves.Length} leaves and ({string.Join(", ", Statics)}) "
                + $"against {other.Leaves.Length} and ({string.Join(", ", other.Statics)}).");
        }

        for (int i = 0; i < Leaves.Length; i++)
        {
            if (!Leaves[i].Value.Type.IsLike(other.Leaves[i].Value.Type))
            {
                throw new ShapeMismatchException(
                    $"{what}: leaf {Leaves[i].Name} is {Leaves[i].Value.Type} in one and {other.Leaves[i].Value.Type} in the other; they must agree.");
            }
        }
    }
}
