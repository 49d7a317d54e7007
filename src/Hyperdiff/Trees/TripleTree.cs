namespace Hyperdiff;

/// <summary>A triple as its three structures, one after the other.</summary>
internal sealed class TripleTree<T1, T2, T3>(Tree<T1> first, Tree<T2> second, Tree<T3> third) : Tree<(T1, T2, T3)>
{
    public override void Flatten((T1, T2, T3) value, LeafWriter writer)
    {
        writer.Child("Item1", first, value.Item1);
        writer.Child("Item2", second, value.Item2);
        writer.Child("Item3", third, value.Item3);
    }

    public override (T1, T2, T3) Rebuild((T1, T2, T3) prototype, LeafReader reader) =>
        (reader.Child(first, prototype.Item1), reader.Child(second, prototype.Item2), reader.Child(third, prototype.Item3));
}
