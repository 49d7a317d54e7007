namespace Hyperdiff.DiffSharp;

/// <summary>A structure of DiffSharp tensors that may take part in differentiations, taken apart: their values for Hyperdiff, and they themselves for
/// DiffSharp.</summary>
internal sealed class DiffStructure<T>
{
    private readonly DiffTensor[] _leaves;

    public DiffStructure(Tree<T> tree, T value, string name)
    {
        _leaves = DiffLeaves.Flatten(tree, value, name);
        T plain = DiffLeaves.Rebuild(DiffLeaves.FlatOf(tree, value, name), Array.ConvertAll(_leaves, leaf => leaf.primalDeep));
        Flat = new FlatTree<T>(tree, plain, name);
    }

    /// <summary>The values.</summary>
    public FlatTree<T> Flat { get; }

    /// <summary>The tensors that Hyperdiff differentiates in.</summary>
    public DiffTensor[] Active => [.. Flat.Active.Select(i => _leaves[i])];

    /// <summary>The structure with others of these.</summary>
    public T With(DiffTensor[] active) => Rebuild(Flat, active);

    /// <summary>A structure like another, with other tensors instead of those that Hyperdiff differentiates in.</summary>
    public static T Rebuild(FlatTree<T> like, DiffTensor[] active)
    {
        DiffTensor[] leaves = Array.ConvertAll(like.Tensors, leaf => leaf.ToDiffSharp());
        for (int i = 0; i < active.Length; i++)
        {
            leaves[like.Active[i]] = active[i];
        }

        return DiffLeaves.Rebuild(like, leaves);
    }
}
