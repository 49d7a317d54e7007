namespace Hyperdiff;

/// <summary>A value that is part of the structure, and has no leaves.</summary>
internal sealed class StaticTree<T> : Tree<T>
{
    public override bool TakesNull => true;

    public override void Flatten(T value, LeafWriter writer) => writer.Static(value);

    public override T Rebuild(T prototype, LeafReader reader) => prototype;
}
