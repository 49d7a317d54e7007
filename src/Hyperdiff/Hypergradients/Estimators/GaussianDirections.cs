using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Normally distributed directions in λ.</summary>
/// <param name="Hyper">λ.</param>
/// <param name="Key">Direction i comes from <c>Key.Fold(i)</c>, its leaf j from a key of its own.</param>
internal sealed record GaussianDirections(FlatTree Hyper, RandomKey Key)
{
    /// <summary>uᵢ, the active leaves.</summary>
    public LeafVector At(int i)
    {
        RandomKey key = Key.Fold(i);
        return Hyper.Active.Select(leaf => Placement.Beside(
            Hyper.Tensors[leaf], key.Fold(leaf).Normal(Hyper.Tensors[leaf].Shape, Hyper.Tensors[leaf].DType))).ToArray();
    }

    /// <summary>λ + s u; frozen leaves stay.</summary>
    public FlatTree Moved(LeafVector direction, double step) =>
        Hyper.WithActive((new LeafVector(Hyper.ActiveTensors) + (Tensor.Scalar(step) * direction)).Leaves);

    /// <summary>Zeros like the active leaves.</summary>
    public LeafVector Zeros() => Hyper.ActiveTensors.Select(Tensor.ZerosLike).ToArray();
}
