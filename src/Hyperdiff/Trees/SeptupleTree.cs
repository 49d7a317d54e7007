namespace Hyperdiff;

/// <summary>A septuple as its seven structures, one after the other.</summary>
internal sealed class SeptupleTree<T1, T2, T3, T4, T5, T6, T7>(Tree<T1> first, Tree<T2> second, Tree<T3> third, Tree<T4> fourth, Tree<T5> fifth, Tree<T6> sixth,
    Tree<T7> seventh)
    : Tree<(T1, T2, T3, T4, T5, T6, T7)>
{
    public override void Flatten((T1, T2, T3, T4, T5, T6, T7) value, LeafWriter writer)
    {
        writer.Child("Item1", first, value.Item1);
        writer.Child("Item2", second, value.Item2);
        writer.Child("Item3", third, value.Item3);
        writer.Child("Item4", fourth, value.Item4);
        writer.Child("Item5", fifth, value.Item5);
        writer.Child("Item6", sixth, value.Item6);
        writer.Child("Item7", seventh, value.Item7);
    }

    public override (T1, T2, T3, T4, T5, T6, T7) Rebuild((T1, T2, T3, T4, T5, T6, T7) prototype, LeafReader reader) => (
        reader.Child(first, prototype.Item1),
        reader.Child(second, prototype.Item2),
        reader.Child(third, prototype.Item3),
        reader.Child(fourth, prototype.Item4),
        reader.Child(fifth, prototype.Item5),
        reader.Child(sixth, prototype.Item6),
        reader.Child(seventh, prototype.Item7));
}
