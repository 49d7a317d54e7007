namespace Hyperdiff;

/// <content>A key as a structure: one leaf without a derivative. As in every structure, such leaves are not vectors: the operators of the space leave them as
/// they are.</content>
public sealed partial class RandomKey : ITree<RandomKey>
{
    /// <summary>How a key is made of tensors: its words, one leaf.</summary>
    public static Tree<RandomKey> Tree { get; } = new RandomKeyTree();

    static RandomKey ITree<RandomKey>.operator +(RandomKey left, RandomKey right) => VectorSpace.Add(Tree, left, right);

    static RandomKey ITree<RandomKey>.operator -(RandomKey left, RandomKey right) => VectorSpace.Subtract(Tree, left, right);

    static RandomKey ITree<RandomKey>.operator *(Tensor scalar, RandomKey tree) => VectorSpace.Scale(Tree, scalar, tree);

    static RandomKey ITree<RandomKey>.operator *(double scalar, RandomKey tree) => VectorSpace.Scale(Tree, scalar, tree);
}
