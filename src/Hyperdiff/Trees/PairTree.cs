namespace Hyperdiff;

/// <summary>A pair as its two structures, one after the other.</summary>
internal sealed class PairTree<T1, T2>(Tree<T1> first, Tree<T2> second) : Tree<(T1, T2)>
{
    public override void Flatten((T1, T2) value, LeafWriter writer)
    {
        writer.Child("Item1", first, value.Item1);
        writer.Child("Item2", second, value.Item2);
    }

    public override (T1, T2) Rebuild((T1, T2) prototype, LeafReader reader) => (reader.Child(first, prototype.Item1), reader.Child(second, prototype.Item2));
}
