namespace Hyperdiff;

/// <summary>A quadruple as its four structures, one after the other.</summary>
internal sealed class QuadrupleTree<T1, T2, T3, T4>(Tree<T1> first, Tree<T2> second, Tree<T3> third, Tree<T4> fourth) : Tree<(T1, T2, T3, T4)>
{
    public override void Flatten((T1, T2, T3, T4) value, LeafWriter writer)
    {
        writer.Child("Item1", first, value.Item1);
        writer.Child("Item2", second, value.Item2);
        writer.Child("Item3", third, value.Item3);
        writer.Child("Item4", fourth, value.Item4);
    }

    public override (T1, T2, T3, T4) Rebuild((T1, T2, T3, T4) prototype, LeafReader reader) =>
        (reader.Child(first, prototype.Item1), reader.Child(second, prototype.Item2), reader.Child(third, prototype.Item3),
            reader.Child(fourth, prototype.Item4));
}
