namespace Hyperdiff;

/// <summary>The tree of a type with members, whose values are of that type exactly. Generated code derives from it.</summary>
/// <typeparam name="T">The type of the structure.</typeparam>
public abstract class RecordTree<T> : Tree<T>
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The value is of a derived type: what that adds would be lost without a word.</exception>
    public sealed override void Flatten(T value, LeafWriter writer)
    {
        if (!typeof(T).IsValueType && value is not null && value.GetType() != typeof(T))
        {
            throw new ArgumentException(
                $"The tree of {typeof(T)} was given a {value.GetType()}; mark that record [Tree], and use its own tree.", nameof(value));
        }

        Write(value, writer);
    }

    /// <summary>Writes the members of a value, in a fixed order.</summary>
    protected abstract void Write(T value, LeafWriter writer);
}
