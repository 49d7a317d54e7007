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

    /// <summary>scalar · left + right.</summary>
    /// <param name="tree">How the structures are made of tensors.</param>
    /// <param name="scalar">A number.</param>
    /// <param name="left">What is multiplied.</param>
    /// <param name="right">What it is added to.</param>
    /// <exception cref="ArgumentException">The structures, or the types of their leaves, differ.</exception>
    public static T Axpy<T>(Tree<T> tree, double scalar, T left, T right) =>
        Combine(tree, (left, right), "Adding", (a, b) => (scalar * a) + b);

    /// <summary>The inner product ⟨left, right⟩ over all leaves that hold floating numbers, a scalar of type <c>float64</c>.</summary>
    /// <exception cref="ArgumentException">The structures, or the types of their leaves, differ.</exception>
    public static Tensor Dot<T>(Tree<T> tree, T left, T right)
    {
        ArgumentNullException.ThrowIfNull(tree);
        (FlatTree<T> a, FlatTree<T> b) = (new(tree, left, nameof(left)), new(tree, right, nameof(right)));
        a.RequireSameLeaves(b, "An inner product");
        return a.Tensors.Zip(b.Tensors).Where(pair => pair.First.DType.IsFloating())
            .Select(pair => (pair.First.To(DType.Float64) * pair.Second.To(DType.Float64)).Sum())
            .Aggregate(Tensor.Scalar(0), (sum, term) => sum + term);
    }

    /// <summary>The Euclidean norm over all leaves that hold floating numbers, a scalar of type <c>float64</c>: right wherever it is a normal number, though
    /// squares may not be.</summary>
    public static Tensor Norm<T>(Tree<T> tree, T value)
    {
        ArgumentNullException.ThrowIfNull(tree);
        Tensor[] leaves = [.. new FlatTree<T>(tree, value, nameof(value)).Tensors.Where(leaf => leaf.DType.IsFloating())
            .Select(leaf => leaf.To(DType.Float64).Reshape([-1]))];
        return leaves.Length == 0 ? Tensor.Scalar(0) : Tensor.Concat(0, leaves).Norm();
    }

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

    /// <inheritdoc cref="Axpy{T}(Tree{T}, double, T, T)"/>
    public static T Axpy<T>(double scalar, T left, T right)
        where T : ITree<T> => Axpy(T.Tree, scalar, left, right);

    /// <inheritdoc cref="Dot{T}(Tree{T}, T, T)"/>
    public static Tensor Dot<T>(T left, T right)
        where T : ITree<T> => Dot(T.Tree, left, right);

    /// <inheritdoc cref="Norm{T}(Tree{T}, T)"/>
    public static Tensor Norm<T>(T value)
        where T : ITree<T> => Norm(T.Tree, value);

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
