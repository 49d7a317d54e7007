using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Hyperdiff;

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
