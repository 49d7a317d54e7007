using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Hyperdiff;

/// <summary>Collects the leaves and the static members of a structure while a <see cref="Tree{T}"/> flattens it.</summary>
public sealed class LeafWriter
{
    /// <summary>How deep structures may stand within each other: the names of leaves, which say the way there, would grow without bound, and so would the
    /// stack.</summary>
    public const int MostLevels = 1000;

    private const int PathShown = 100;

    // every call of a form takes its structures apart, most of which are small and have no static members
    private Leaf[] _leaves = new Leaf[1];
    private int _count;
    private List<object>? _statics;
    private string _path;
    private int _levels;
    private bool _frozen;

    /// <summary>A writer for a structure with this name; an empty one leaves the names of its members bare.</summary>
    public LeafWriter(string root) => _path = root;

    /// <summary>The leaves so far, in order.</summary>
    public IReadOnlyList<Leaf> Leaves => new ArraySegment<Leaf>(_leaves, 0, _count);

    /// <summary>The static members so far, in order, and the lengths of arrays: what makes two structures different that have equal leaves.</summary>
    public IReadOnlyList<object> Statics => (IReadOnlyList<object>?)_statics ?? [];

    /// <summary>Writes a leaf that has no name of its own: the structure is a tensor.</summary>
    public void Leaf(Tensor value) => Add(_path, value, _frozen);

    /// <summary>Writes a leaf.</summary>
    /// <param name="name">The name of the member.</param>
    /// <param name="value">The tensor, of any shape.</param>
    /// <param name="frozen">Whether it is never differentiated.</param>
    /// <exception cref="ArgumentException">The member is null.</exception>
    public void Leaf(string name, Tensor value, bool frozen = false) => Add(Join(name), value, frozen || _frozen);

    /// <summary>Writes the leaves of a structure within the structure.</summary>
    /// <param name="name">The name of the member.</param>
    /// <param name="tree">How it is made of tensors.</param>
    /// <param name="value">The inner structure.</param>
    /// <param name="frozen">Whether none of its leaves is ever differentiated.</param>
    /// <exception cref="ArgumentException">The member is null, or it stands more than <see cref="MostLevels"/> structures deep.</exception>
    public void Child<T>(string name, Tree<T> tree, T value, bool frozen = false)
    {
        ArgumentNullException.ThrowIfNull(tree);
        (string path, bool wasFrozen) = (_path, _frozen);
        _path = Join(name);
        _frozen |= frozen;
        if (value is null && !tree.TakesNull)
        {
            throw Missing(_path, tree.Instead);
        }

        if (_levels == MostLevels)
        {
            throw new ArgumentException(
                $"Structures stand more than {MostLevels} deep within each other, or one contains itself: "
                    + $"{_path[..PathShown]}… Hold what is a chain in an array.", nameof(value));
        }

        _levels++;
        tree.Flatten(value, this);
        _levels--;
        (_path, _frozen) = (path, wasFrozen);
    }

    /// <summary>Writes a static member: an integer, <c>bool</c>, <c>char</c>, <c>string</c> or enum, or none of these, that is part of the structure.</summary>
    public void Static<T>(string name, T value) => (_statics ??= []).Add((name, value));

    /// <summary>Writes the structure as a static member, under the name that it has within what holds it: as other static members, whatever that is
    /// called.</summary>
    internal void Static<T>(T value) => Static(_path[(_path.LastIndexOf('.') + 1)..], value);

    /// <summary>All leaves and static members.</summary>
    internal (ImmutableArray<Leaf> Leaves, ImmutableArray<object> Statics) Written() =>
        (_count == _leaves.Length ? ImmutableCollectionsMarshal.AsImmutableArray(_leaves) : ImmutableArray.Create(_leaves, 0, _count),
            _statics is null ? [] : _statics.ToImmutableArray());

    /// <summary>What to throw where the structure that is being written has no value.</summary>
    /// <param name="instead">What to pass.</param>
    internal ArgumentException Missing(string instead) => Missing(_path, instead);

    private static ArgumentException Missing(string path, string instead) => new($"The structure has no value at {path}: {instead}.");

    // what was handed over is full, and so is never written to
    private void Add(string path, Tensor value, bool frozen)
    {
        if (_count == _leaves.Length)
        {
            Array.Resize(ref _leaves, 2 * _count);
        }

        _leaves[_count++] = value is null ? throw Missing(path, Tree.Tensor.Instead) : new Leaf(path, value, frozen);
    }

    private string Join(string name) => name.StartsWith('[') || _path.Length == 0 ? _path + name : string.Concat(_path, ".", name);

    /// <summary>The leaves, one below the other.</summary>
    public override string ToString() => string.Join(Environment.NewLine, Leaves);
}
