namespace Hyperdiff;

/// <summary>A key as a structure of one leaf: its words, which have no derivative.</summary>
internal sealed class RandomKeyTree : Tree<RandomKey>
{
    public override void Flatten(RandomKey value, LeafWriter writer) => writer.Leaf(value.Words);

    public override RandomKey Rebuild(RandomKey prototype, LeafReader reader) => new(reader.Leaf());
}
