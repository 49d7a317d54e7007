using System.Collections.Immutable;
using System.Globalization;

namespace Hyperdiff.Data;

/// <summary>Takes cells row by row, whatever the file, and judges them in one place.</summary>
internal sealed class TableBuilder
{
    private const int FirstCells = 1 << 12;

    private readonly string _file;
    private readonly TableOptions _options;
    private readonly ImmutableArray<string> _all;
    private readonly int[] _chosen;
    private readonly Dictionary<string, int>?[] _indices;
    private readonly bool[] _isFixed;
    private double[] _cells = new double[FirstCells];
    private int _count;

    /// <param name="file">The name in messages.</param>
    /// <param name="columns">All columns of the file.</param>
    /// <param name="options">Which are read, and what may stand in them.</param>
    public TableBuilder(string file, ImmutableArray<string> columns, TableOptions options)
    {
        (_file, _options, _all) = (file, options, columns);
        _chosen = options.Columns.IsDefaultOrEmpty ? [.. Enumerable.Range(0, columns.Length)] : [.. options.Columns.Select(Find)];
        if (_chosen.Distinct().Count() < _chosen.Length)
        {
            throw new ArgumentException($"TableOptions.Columns: a column stands twice among {string.Join(", ", options.Columns)}.", nameof(options));
        }

        _indices = new Dictionary<string, int>?[columns.Length];
        _isFixed = new bool[columns.Length];
        foreach (Category category in options.Categories.IsDefault ? [] : options.Categories)
        {
            int column = category.Column is null ? columns.Length - 1 : Find(category.Column);
            if (_indices[column] is not null || !_chosen.AsSpan().Contains(column))
            {
                throw new ArgumentException($"TableOptions.Categories: {category} " + (_indices[column] is null
                    ? $"is not among the columns that are read: {string.Join(", ", options.Columns)}." : "stands twice."), nameof(options));
            }

            _isFixed[column] = category.Names.Length > 0;
            _indices[column] = category.Names.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i, StringComparer.Ordinal);
        }
    }

    /// <summary>The columns that are read, as places in the file.</summary>
    public ReadOnlySpan<int> Chosen => _chosen;

    /// <summary>Whether a whole row was taken.</summary>
    public bool HasRows => _count >= _chosen.Length;

    /// <summary>Whether a column holds categories.</summary>
    public bool IsCategory(int column) => _indices[column] is not null;

    /// <summary>Takes the next category.</summary>
    public void AddCategory(int row, int column, string text)
    {
        Dictionary<string, int> indices = _indices[column]!;
        if (text.Length == 0)
        {
            throw Cell(row, column, text, "the category is missing");
        }

        if (!indices.TryGetValue(text, out int index))
        {
            index = indices.Count;
            if (_isFixed[column])
            {
                throw Cell(row, column, text, $"{DataException.Quoted(text)} is none of {DataException.Listed(indices.Keys)}");
            }

            indices.Add(text, index);
        }

        Add(row, index);
    }

    /// <summary>Takes the next number.</summary>
    /// <param name="row">The row, for messages.</param>
    /// <param name="column">The column of the file.</param>
    /// <param name="number">The number; null if it is missing.</param>
    /// <param name="text">What stands in the file.</param>
    public void AddNumber(int row, int column, double? number, string text)
    {
        if (number is null && !_options.AllowsMissing)
        {
            throw Cell(row, column, text, $"{(text.Length > 0 ? DataException.Quoted(text) + ": " : "")}the number is missing; AllowsMissing reads it as NaN");
        }

        if (number is { } given && !double.IsFinite(given) && !_options.AllowsNonFinite)
        {
            throw Cell(row, column, text, $"{DataException.Quoted(text)} is not a finite number");
        }

        Add(row, number ?? double.NaN);
    }

    /// <summary>An error at a cell.</summary>
    public DataException Cell(int row, int column, string text, string what) =>
        DataException.Of(new DataException.Place(_file, row, column + 1, _all[column], text), what);

    /// <summary>The table of all that was taken.</summary>
    public Table Build()
    {
        if (_count == 0)
        {
            throw DataException.Of(_file, "there are names of columns and no row");
        }

        Array.Resize(ref _cells, _count);
        ImmutableArray<string> names = [.. _chosen.Select(column => _all[column])];
        var categories = ImmutableDictionary.CreateBuilder<string, ImmutableArray<string>>();
        for (int i = 0; i < _chosen.Length; i++)
        {
            if (_indices[_chosen[i]] is { } indices)
            {
                categories[names[i]] = _isFixed[_chosen[i]] ? [.. indices.OrderBy(pair => pair.Value).Select(pair => pair.Key)] : Sorted(indices, i);
            }
        }

        return new Table(_file, names, _cells, categories.ToImmutable());
    }

    // indices were given in the order of appearance
    private ImmutableArray<string> Sorted(Dictionary<string, int> indices, int place)
    {
        bool areNumbers = indices.Keys.All(name => long.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _));
        string[] names = areNumbers
            ? [.. indices.Keys.OrderBy(name => long.Parse(name, CultureInfo.InvariantCulture)).ThenBy(name => name, StringComparer.Ordinal)]
            : [.. indices.Keys.Order(StringComparer.Ordinal)];
        var sorted = new double[names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            sorted[indices[names[i]]] = i;
        }

        for (int at = place; at < _cells.Length; at += _chosen.Length)
        {
            _cells[at] = sorted[(int)_cells[at]];
        }

        return [.. names];
    }

    private void Add(int row, double cell)
    {
        if (_count == _cells.Length)
        {
            if (_count == Array.MaxLength)
            {
                throw DataException.Of(new DataException.Place(_file, row),
                    $"{_count} numbers were read, and no table holds more; choose Columns, or read the file in parts");
            }

            Array.Resize(ref _cells, (int)Math.Min(2L * _count, Array.MaxLength));
        }

        _cells[_count++] = cell;
    }

    private int Find(string column)
    {
        int index = _all.IndexOf(column);
        return index >= 0 ? index : throw Table.NoColumn(_file, column, _all);
    }
}
