namespace Hyperdiff;

/// <summary>A tensor as a structure of one leaf.</summary>
internal sealed class TensorTree : Tree<Tensor>
{
    internal override string Instead => "every leaf must be a tensor; use Tensor.Zeros for an absent one";

    public override void Flatten(Tensor value, LeafWriter writer) => writer.Leaf(value);

    public override Tensor Rebuild(Tensor prototype, LeafReader reader) => reader.Leaf();
}
