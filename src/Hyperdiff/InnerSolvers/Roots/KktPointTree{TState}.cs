namespace Hyperdiff;

/// <summary>The unknowns of a constrained minimum as tensors.</summary>
internal sealed class KktPointTree<TState>(Tree<TState> state) : Tree<KktPoint<TState>>
{
    public override void Flatten(KktPoint<TState> value, LeafWriter writer)
    {
        ArgumentNullException.ThrowIfNull(value);
        writer.Child(nameof(value.State), state, value.State);
        writer.Leaf(nameof(value.Equalities), value.Equalities);
        writer.Leaf(nameof(value.Inequalities), value.Inequalities);
    }

    public override KktPoint<TState> Rebuild(KktPoint<TState> prototype, LeafReader reader) =>
        new(reader.Child(state, prototype.State), reader.Leaf(), reader.Leaf());
}
