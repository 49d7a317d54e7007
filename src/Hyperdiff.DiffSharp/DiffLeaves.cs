namespace Hyperdiff.DiffSharp;

/// <summary>Structures taken apart into DiffSharp tensors with their derivatives, and put together from them: what a program does between its operands and its
/// results.</summary>
internal static class DiffLeaves
{
    [ThreadStatic]
    private static bool s_carries;

    /// <summary>The structure with these leaves.</summary>
    public static T Rebuild<T>(FlatTree<T> like, ReadOnlySpan<DiffTensor> leaves)
    {
        var carried = new Tensor[leaves.Length];
        for (int i = 0; i < carried.Length; i++)
        {
            carried[i] = Carry(leaves[i]);
        }

        return like.Rebuild(carried);
    }

    /// <summary>The leaves of a structure like another.</summary>
    public static DiffTensor[] Flatten<T>(T value, FlatTree<T> like, string name)
    {
        FlatTree<T> flat = FlatOf(like.Tree, value, name);
        like.RequireSameLeaves(flat, $"{name} must return a state like the one it was given");
        return Leaves(flat);
    }

    /// <summary>The leaves of a structure.</summary>
    public static DiffTensor[] Flatten<T>(Tree<T> tree, T value, string name) => Leaves(FlatOf(tree, value, name));

    /// <summary>A structure taken apart into leaves that carry its tensors.</summary>
    public static FlatTree<T> FlatOf<T>(Tree<T> tree, T value, string name)
    {
        bool before = s_carries;
        s_carries = true;
        try
        {
            return new FlatTree<T>(tree, value is null ? throw new InvalidOperationException($"{name} is null where a structure must be.") : value, name);
        }
        finally
        {
            s_carries = before;
        }
    }

    private static DiffTensor[] Leaves(FlatTree flat) => Array.ConvertAll(
        flat.Tensors,
        leaf => Of(leaf) ?? throw new InvalidOperationException(
            $"A leaf of type {leaf.Type} is a tensor of Hyperdiff's where one of DiffSharp's must be; see DiffSharpForms."));

    /// <summary>The leaf of a tree for a tensor.</summary>
    public static Tensor ToLeaf(DiffTensor value) => s_carries ? Carry(value) : value.ToHyperdiff();

    /// <summary>The tensor of a leaf, if it is one that carries it.</summary>
    public static DiffTensor? Of(Tensor leaf) => (leaf.Storage as Carried)?.Value;

    private static Tensor Carry(DiffTensor value) => new(Storages.TypeOf(value.primalRaw), new Carried(value));

    private sealed class Carried(DiffTensor value) : TensorStorage
    {
        public DiffTensor Value { get; } = value;

        public override HostArray Read(TensorType type) => Storages.Read(Value.primalRaw, type);
    }
}
