using System.Collections.Immutable;

namespace Hyperdiff.Data;

/// <summary>Named columns of numbers and of categories.</summary>
public sealed class Table
{
    private readonly string _file;
    private readonly double[] _cells;
    private readonly ImmutableDictionary<string, ImmutableArray<string>> _categories;

    /// <param name="file">Where it comes from, for messages.</param>
    /// <param name="columns">The names.</param>
    /// <param name="cells">Row-major, given away; of categories, the indices.</param>
    /// <param name="categories">The names of the classes, by column.</param>
    internal Table(string file, ImmutableArray<string> columns, double[] cells, ImmutableDictionary<string, ImmutableArray<string>> categories)
    {
        (_file, Columns, _cells, _categories) = (file, columns, cells, categories);
        Rows = cells.Length / columns.Length;
    }

    /// <summary>The number of rows, without the header.</summary>
    public int Rows { get; }

    /// <summary>The names of the columns.</summary>
    public ImmutableArray<string> Columns { get; }

    /// <summary>The names of the categories of a column, in the order of their indices; empty for a column of numbers.</summary>
    /// <param name="column">Its name.</param>
    /// <exception cref="DataException">There is no such column.</exception>
    public ImmutableArray<string> Categories(string column)
    {
        IndexOf(column);
        return _categories.GetValueOrDefault(column, []);
    }

    /// <summary>A column of numbers.</summary>
    /// <param name="column">Its name.</param>
    /// <returns><c>float64 [rows]</c>.</returns>
    /// <exception cref="DataException">There is no such column, or it holds categories.</exception>
    public Tensor Numbers(string column) => _categories.ContainsKey(column)
        ? throw DataException.Of(_file, $"column {DataException.Quoted(column)} holds categories; Classes gives their indices")
        : Tensor.Wrap(Column(column), [Rows]);

    /// <summary>A column of categories, as their indices.</summary>
    /// <param name="column">Its name.</param>
    /// <returns><c>int32 [rows]</c>.</returns>
    /// <exception cref="DataException">There is no such column, or it holds numbers.</exception>
    public Tensor Classes(string column)
    {
        double[] indices = Column(column);
        return _categories.ContainsKey(column)
            ? Tensor.Wrap(Array.ConvertAll(indices, index => (int)index), [Rows])
            : throw DataException.Of(_file,
                $"column {DataException.Quoted(column)} holds numbers; name it among the Categories when reading, or take its Numbers");
    }

    /// <summary>Columns as samples: numbers as they are, a column of categories as one column per category that is 1 for those rows and 0 for others, with the
    /// name <c>column = category</c>.</summary>
    /// <param name="columns">The names of columns; none for all.</param>
    /// <returns>The matrix, <c>float64 [rows, features]</c>, and the names of its columns.</returns>
    /// <exception cref="DataException">There is no such column.</exception>
    public (Tensor X, ImmutableArray<string> Features) Matrix(params ReadOnlySpan<string> columns)
    {
        ReadOnlySpan<string> chosen = columns.Length > 0 ? columns : Columns.AsSpan();
        var sources = new List<(int Column, int? Category)>();
        var features = ImmutableArray.CreateBuilder<string>();
        foreach (string column in chosen)
        {
            int index = IndexOf(column);
            if (!_categories.TryGetValue(column, out ImmutableArray<string> names))
            {
                sources.Add((index, null));
                features.Add(column);
                continue;
            }

            sources.AddRange(Enumerable.Range(0, names.Length).Select(k => (index, (int?)k)));
            features.AddRange(names.Select(name => $"{column} = {name}"));
        }

        long count = (long)Rows * sources.Count;
        if (count > Array.MaxLength)
        {
            throw DataException.Of(_file, $"{Rows} rows of {sources.Count} features are more numbers than a tensor holds; choose columns");
        }

        var matrix = new double[count];
        for (int row = 0, at = 0; row < Rows; row++)
        {
            ReadOnlySpan<double> cells = _cells.AsSpan(row * Columns.Length, Columns.Length);
            foreach ((int column, int? category) in sources)
            {
                matrix[at++] = category is not { } k ? cells[column] : cells[column] == k ? 1 : 0;
            }
        }

        return (Tensor.Wrap(matrix, [Rows, sources.Count]), features.ToImmutable());
    }

    /// <summary>Samples for supervised learning: one column is what is to be predicted, all others are features (<see cref="Matrix"/>).</summary>
    /// <param name="target">The name of the column; the last one if null.</param>
    /// <exception cref="DataException">There is no such column, or no other one.</exception>
    public Dataset ToDataset(string? target = null)
    {
        string name = target ?? Columns[^1];
        Tensor y = Categories(name).IsEmpty ? Numbers(name) : Classes(name);
        string[] others = [.. Columns.Where(column => column != name)];
        if (others.Length == 0)
        {
            throw DataException.Of(_file, "one column; at least one feature and the target are needed");
        }

        (Tensor x, ImmutableArray<string> features) = Matrix(others);
        return new Dataset(x, y) { Features = features, Classes = Categories(name) };
    }

    /// <summary>The rows in which no number is NaN.</summary>
    /// <exception cref="DataException">There is none.</exception>
    public Table WithoutMissing()
    {
        double[] whole = [.. Enumerable.Range(0, Rows).Select(row => new ArraySegment<double>(_cells, row * Columns.Length, Columns.Length))
            .Where(row => !row.Any(double.IsNaN)).SelectMany(row => row)];
        return whole.Length > 0 ? new Table(_file, Columns, whole, _categories) : throw DataException.Of(_file, "no row is without a missing number");
    }

    private double[] Column(string name)
    {
        int index = IndexOf(name);
        var column = new double[Rows];
        for (int row = 0; row < Rows; row++)
        {
            column[row] = _cells[(row * Columns.Length) + index];
        }

        return column;
    }

    private int IndexOf(string column)
    {
        ArgumentNullException.ThrowIfNull(column);
        int index = Columns.IndexOf(column);
        return index >= 0 ? index : throw NoColumn(_file, column, Columns);
    }

    internal static DataException NoColumn(string file, string column, ImmutableArray<string> columns) =>
        DataException.Of(file, $"no column {DataException.Quoted(column)}; there are {DataException.Listed(columns)}");

    /// <inheritdoc/>
    public override string ToString() => $"{_file}: {Rows} rows of {string.Join(", ", Columns)}";
}
