namespace Hyperdiff;

/// <summary>The structure without leaves.</summary>
internal sealed class UnitTree : Tree<ValueTuple>
{
    public override void Flatten(ValueTuple value, LeafWriter writer)
    {
    }

    public override ValueTuple Rebuild(ValueTuple prototype, LeafReader reader) => prototype;
}
