using System.Globalization;

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
