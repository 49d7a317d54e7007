namespace Hyperdiff;

/// <summary>The operations of a vector space on structures of tensors, leaf by leaf; the operators of <c>[Tree]</c> records call them.</summary>
/// <remarks>
/// Both operands must have the same structure: leaves do not broadcast against each other. Leaves that hold no floating numbers (indices, masks) and static
/// members are part of the structure rather than of the vector: they are taken from the left operand.
/// </remarks>
public static class VectorSpace
{
    /// <summary>left + right.</summary>
    /// <exception cref="ArgumentException">The structures, or the types of their leaves, differ.</exception>
    public static T Add<T>(Tree<T> tree, T left, T right) => Combine(tree, (left, right), "Adding", static (a, b) => a + b);

    /// <summary>left − right.</summary>
    /// <exception cref="ArgumentException">The structures, or the types of their leaves, differ.</exception>
    public static T Subtract<T>(Tree<T> tree, T left, T right) => Combine(tree, (left, right), "Subtracting", static (a, b) => a - b);

    /// <summary>scalar · value.</summary>
    /// <param name="tree">How the structure is made of tensors.</param>
    /// <param name="scalar">A scalar of the element type of the leaves.</param>
    /// <param name="value">The structure.</param>
    /// <exception cref="ShapeMismatchException">The scalar has axes.</exception>
    public static T Scale<T>(Tree<T> tree, Tensor scalar, T value)
    {
        ArgumentNullException.ThrowIfNull(scalar);
        return scalar.Rank == 0
            ? Map(tree, value, leaf => scalar * leaf)
            : throw new ShapeMismatchException(
                $"A structure is multiplied by a scalar, not by a tensor of shape {scalar.Shape}; multiply its members one by one.");
    }

    /// <summary>scalar · value.</summary>
    public static T Scale<T>(Tree<T> tree, double scalar, T value) => Map(tree, value, leaf => scalar * leaf);

    /// <inheritdoc cref="Add{T}(Tree{T}, T, T)"/>
    public static T Add<T>(T left, T right)
        where T : ITree<T> => Add(T.Tree, left, right);

    /// <inheritdoc cref="Subtract{T}(Tree{T}, T, T)"/>
    public static T Subtract<T>(T left, T right)
        where T : ITree<T> => Subtract(T.Tree, left, right);

    /// <inheritdoc cref="Scale{T}(Tree{T}, Tensor, T)"/>
    public static T Scale<T>(Tensor scalar, T value)
        where T : ITree<T> => Scale(T.Tree, scalar, value);

    /// <inheritdoc cref="Scale{T}(Tree{T}, double, T)"/>
    public static T Scale<T>(double scalar, T value)
        where T : ITree<T> => Scale(T.Tree, scalar, value);

    private static T Map<T>(Tree<T> tree, T value, Func<Tensor, Tensor> function)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var flat = new FlatTree<T>(tree, value, nameof(value));
        return flat.Rebuild([.. flat.Tensors.Select(leaf => leaf.DType.IsFloating() ? function(leaf) : leaf)]);
    }

    private static T Combine<T>(Tree<T> tree, (T Left, T Right) operands, string what, Func<Tensor, Tensor, Tensor> function)
    {
        ArgumentNullException.ThrowIfNull(tree);
        (FlatTree<T> a, FlatTree<T> b) = (new(tree, operands.Left, "left"), new(tree, operands.Right, "right"));
        a.RequireSameLeaves(b, what);
        return a.Rebuild([.. a.Tensors.Zip(b.Tensors, (x, y) => x.DType.IsFloating() ? function(x, y) : x)]);
    }
}
