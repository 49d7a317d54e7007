namespace Hyperdiff;

/// <summary>Normally distributed directions in λ.</summary>
/// <param name="Hyper">λ.</param>
/// <param name="Key">Direction i comes from <c>Key.Fold(i)</c>, its leaf j from a key of its own.</param>
internal sealed record GaussianDirections<THyper>(FlatTree<THyper> Hyper, RandomKey Key)
{
    /// <summary>uᵢ, the active leaves.</summary>
    public LeafVector At(int i)
    {
        RandomKey key = Key.Fold(i);
        return Hyper.Active.Select(leaf => key.Fold(leaf).Normal(Hyper.Tensors[leaf].Shape, Hyper.Tensors[leaf].DType)).ToArray();
    }

    /// <summary>λ + s u; frozen leaves stay.</summary>
    public THyper Moved(LeafVector direction, double step)
    {
        Tensor[] leaves = (Tensor[])Hyper.Tensors.Clone();
        LeafVector move = Tensor.Scalar(step) * direction;
        int next = 0;
        foreach (int i in Hyper.Active)
        {
            leaves[i] += move.Leaves[next++];
        }

        return Hyper.Rebuild(leaves);
    }

    /// <summary>Zeros like the active leaves.</summary>
    public LeafVector Zeros() => Hyper.Active.Select(i => Tensor.ZerosLike(Hyper.Tensors[i])).ToArray();
}
