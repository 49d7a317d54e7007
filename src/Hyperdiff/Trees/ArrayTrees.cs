using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Hyperdiff;

/// <summary>An array as the structures of its elements, one after the other.</summary>
internal sealed class ArrayTree<T>(Tree<T> element) : Tree<T[]>
{
    internal override string Instead => "pass an array there, [] if it has no elements";

    public override void Flatten(T[] value, LeafWriter writer)
    {
        writer.Static("Length", value.Length);
        for (int i = 0; i < value.Length; i++)
        {
            writer.Child(string.Create(CultureInfo.InvariantCulture, $"[{i}]"), element, value[i]);
        }
    }

    public override T[] Rebuild(T[] prototype, LeafReader reader) => System.Array.ConvertAll(prototype, item => reader.Child(element, item));
}

/// <summary>An immutable array as the structures of its elements, one after the other.</summary>
internal sealed class ImmutableArrayTree<T>(Tree<T> element) : Tree<ImmutableArray<T>>
{
    private readonly ArrayTree<T> _array = new(element);

    internal override string Instead => _array.Instead;

    public override void Flatten(ImmutableArray<T> value, LeafWriter writer) =>
        _array.Flatten(ImmutableCollectionsMarshal.AsArray(value) ?? throw writer.Missing(Instead), writer);

    public override ImmutableArray<T> Rebuild(ImmutableArray<T> prototype, LeafReader reader) =>
        ImmutableCollectionsMarshal.AsImmutableArray(_array.Rebuild(ImmutableCollectionsMarshal.AsArray(prototype)!, reader));
}
