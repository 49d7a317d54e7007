using System.Globalization;

namespace Hyperdiff;

/// <summary>A tuple as the structures of its elements, one after the other.</summary>
/// <param name="count">How many elements there are.</param>
/// <param name="walk">Makes a tuple of what a walk makes of each element, in order.</param>
/// <param name="names">How they are called.</param>
internal sealed class TupleTree<T>(int count, TupleTree<T>.Step walk, string[] names) : Tree<T>
{
    public TupleTree(int count, Step walk)
        : this(count, walk, [.. Enumerable.Range(1, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"Item{i}"))])
    {
    }

    public delegate T Step(T value, ref TupleWalk walk);

    public int Count => count;

    /// <summary>The same with other names.</summary>
    public TupleTree<T> Named(string[] others) => new(count, walk, others);

    /// <summary>Goes on with a walk, where the elements are the last ones of a longer tuple.</summary>
    public T Walk(T value, ref TupleWalk started) => walk(value, ref started);

    public override void Flatten(T value, LeafWriter writer)
    {
        var writing = new TupleWalk(writer, names);
        walk(value, ref writing);
    }

    public override T Rebuild(T prototype, LeafReader reader)
    {
        var reading = new TupleWalk(reader);
        return walk(prototype, ref reading);
    }
}

/// <summary>Writes the elements of a tuple under their names, and passes them on; or reads others.</summary>
internal struct TupleWalk
{
    private readonly LeafWriter? _writer;
    private readonly LeafReader? _reader;
    private readonly string[] _names;
    private int _next;

    public TupleWalk(LeafWriter writer, string[] names) => (_writer, _names) = (writer, names);

    public TupleWalk(LeafReader reader) => (_reader, _names) = (reader, []);

    public T Item<T>(Tree<T> tree, T value)
    {
        if (_reader is { } reader)
        {
            return reader.Child(tree, value);
        }

        _writer!.Child(_names[_next++], tree, value);
        return value;
    }
}
