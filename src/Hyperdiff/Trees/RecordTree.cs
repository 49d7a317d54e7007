namespace Hyperdiff;

/// <summary>A type as two functions write and read its members.</summary>
internal sealed class RecordTree<T>(Action<T, LeafWriter> flatten, Func<T, LeafReader, T> rebuild) : Tree<T>
{
    public override void Flatten(T value, LeafWriter writer)
    {
        if (!typeof(T).IsValueType && value is not null && value.GetType() != typeof(T))
        {
            // what a derived type adds would be lost without a word
            throw new ArgumentException(
                $"The tree of {typeof(T)} was given a {value.GetType()}; mark that record [Tree], and use its own tree.", nameof(value));
        }

        flatten(value, writer);
    }

    public override T Rebuild(T prototype, LeafReader reader) => rebuild(prototype, reader);
}
