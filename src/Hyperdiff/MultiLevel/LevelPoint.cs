using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>The parameters of all problems at one time: what is given, and where solves begin.</summary>
public sealed class LevelPoint
{
    private readonly ImmutableDictionary<Level, object> _values;

    internal LevelPoint(ImmutableDictionary<Level, object> values) => _values = values;

    /// <summary>The parameters of a problem.</summary>
    /// <exception cref="ArgumentException">The problem is not among these.</exception>
    public T Of<T>(Level<T> level)
    {
        ArgumentNullException.ThrowIfNull(level);
        return _values.TryGetValue(level, out object? value)
            ? (T)value : throw new ArgumentException($"{level} is not among the problems {string.Join(", ", _values.Keys)}.", nameof(level));
    }

    /// <summary>The same, with other parameters of one problem.</summary>
    /// <exception cref="ArgumentException">The problem is not among these, or the structure is another.</exception>
    /// <exception cref="ShapeMismatchException">A leaf is not like that of the first parameters.</exception>
    public LevelPoint With<T>(Level<T> level, T parameters)
    {
        _ = Of(level);
        level.Flat.RequireSameLeaves(new FlatTree<T>(level.Tree, parameters, level.Name), level.Name);
        return new LevelPoint(_values.SetItem(level, parameters!));
    }

    /// <summary>The parameters of every problem, by name.</summary>
    public override string ToString() => string.Join(
        Environment.NewLine, _values.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal).Select(pair => $"{pair.Key.Name} = {pair.Value}"));
}
