namespace Hyperdiff;

/// <summary>A structure that may be absent, and then has no leaves.</summary>
internal sealed class OptionalTree<T>(Tree<T> present) : Tree<T?>
    where T : class
{
    public override bool TakesNull => true;

    public override void Flatten(T? value, LeafWriter writer)
    {
        writer.Static("HasValue", value is not null);
        if (value is not null)
        {
            present.Flatten(value, writer);
        }
    }

    public override T? Rebuild(T? prototype, LeafReader reader) => prototype is null ? null : present.Rebuild(prototype, reader);
}

/// <summary>A structure of a value type that may be absent, and then has no leaves.</summary>
internal sealed class NullableTree<T>(Tree<T> present) : Tree<T?>
    where T : struct
{
    public override bool TakesNull => true;

    public override void Flatten(T? value, LeafWriter writer)
    {
        writer.Static("HasValue", value.HasValue);
        if (value is { } there)
        {
            present.Flatten(there, writer);
        }
    }

    public override T? Rebuild(T? prototype, LeafReader reader) => prototype is { } there ? present.Rebuild(there, reader) : null;
}
