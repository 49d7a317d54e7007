namespace Hyperdiff;

/// <summary>A tensor as a structure of one leaf.</summary>
internal sealed class TensorTree : Tree<Tensor>
{
    internal override string Instead => "every leaf must be a tensor; use Tensor.Zeros for an absent one";

    public override void Flatten(Tensor value, LeafWriter writer) => writer.Leaf(value);

    public override Tensor Rebuild(Tensor prototype, LeafReader reader) => reader.Leaf();
}

/// <summary>A key as a structure of one leaf: its words, which have no derivative.</summary>
internal sealed class RandomKeyTree : Tree<RandomKey>
{
    public override void Flatten(RandomKey value, LeafWriter writer) => writer.Leaf(value.Words);

    public override RandomKey Rebuild(RandomKey prototype, LeafReader reader) => new(reader.Leaf());
}

/// <summary>A value that is part of the structure, and has no leaves.</summary>
internal sealed class StaticTree<T> : Tree<T>
{
    public override bool TakesNull => true;

    public override void Flatten(T value, LeafWriter writer) => writer.Static(value);

    public override T Rebuild(T prototype, LeafReader reader) => prototype;
}

/// <summary>The structure without leaves.</summary>
internal sealed class UnitTree : Tree<ValueTuple>
{
    public override void Flatten(ValueTuple value, LeafWriter writer)
    {
    }

    public override ValueTuple Rebuild(ValueTuple prototype, LeafReader reader) => prototype;
}
