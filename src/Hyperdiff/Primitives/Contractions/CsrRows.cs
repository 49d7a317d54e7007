using System.Diagnostics.CodeAnalysis;

namespace Hyperdiff.Primitives;

/// <summary>The places of the entries of a matrix in compressed sparse rows, checked as they are read.</summary>
internal readonly ref struct CsrRows
{
    private readonly string _name;
    private readonly ReadOnlySpan<int> _columns;
    private readonly ReadOnlySpan<int> _pointers;
    private readonly int _size;

    /// <summary>The rows.</summary>
    /// <param name="name">The operation, for messages.</param>
    /// <param name="columns">The column of each entry.</param>
    /// <param name="pointers">Where each row begins; one more than rows.</param>
    /// <param name="size">The number of columns.</param>
    /// <exception cref="ArgumentException">The pointers do not run from 0 to the number of entries.</exception>
    public CsrRows(string name, ReadOnlySpan<int> columns, ReadOnlySpan<int> pointers, int size)
    {
        _name = name;
        _columns = columns;
        _pointers = pointers;
        _size = size;
        if (pointers[0] != 0 || pointers[^1] != columns.Length)
        {
            throw new ArgumentException(
                $"{name}: row pointers run from {pointers[0]} to {pointers[^1]}; they must run from 0 to the number of entries, {columns.Length}.",
                nameof(pointers));
        }
    }

    /// <summary>How many there are.</summary>
    public int Count => _pointers.Length - 1;

    /// <summary>The entries of a row: the first, and the one after the last.</summary>
    /// <exception cref="ArgumentException">The pointers descend, or leave the entries.</exception>
    public (int First, int End) this[int row]
    {
        get
        {
            (int first, int end) = (_pointers[row], _pointers[row + 1]);
            return first >= 0 && first <= end && end <= _columns.Length ? (first, end) : Descending(row);
        }
    }

    /// <summary>The column of an entry.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column.</exception>
    public int Column(int entry)
    {
        int column = _columns[entry];
        if ((uint)column >= (uint)_size)
        {
            Outside(column);
        }

        return column;
    }

    /// <summary>The columns of the entries of a row, which nobody has looked at.</summary>
    public ReadOnlySpan<int> Unchecked((int First, int End) entries) => _columns[entries.First..entries.End];

    /// <summary>Where some rows begin among the entries, and the last of them ends; nobody has looked at what is between.</summary>
    public ReadOnlySpan<int> Pointers(int firstRow, int endRow) => _pointers[firstRow..(endRow + 1)];

    /// <summary>The columns of the entries of some rows, each of which there is.</summary>
    /// <param name="firstRow">The first of the rows.</param>
    /// <param name="endRow">The one after the last.</param>
    /// <exception cref="ArgumentException">The pointers descend, or leave the entries.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column.</exception>
    public ReadOnlySpan<int> Within(int firstRow, int endRow)
    {
        (int start, int end) = (this[firstRow].First, this[endRow - 1].End);
        ReadOnlySpan<int> columns = start <= end ? _columns[start..end] : [];
        if (start > end || (_size == 0 ? !columns.IsEmpty : columns.ContainsAnyExceptInRange(0, _size - 1)))
        {
            Require();
        }

        return columns;
    }

    /// <summary>Says that there is no such column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Always.</exception>
    [DoesNotReturn]
    public void Outside(int column) =>
        throw new ArgumentOutOfRangeException(nameof(column), column,
            $"{_name}: column index {column} is outside {_size} columns; indices run from 0 to {_size - 1}.");

    /// <summary>Reads everything.</summary>
    public void Require()
    {
        for (int row = 0; row < Count; row++)
        {
            (int first, int end) = this[row];
            for (int entry = first; entry < end; entry++)
            {
                Column(entry);
            }
        }
    }

    private (int First, int End) Descending(int row) =>
        throw new ArgumentException(
            $"{_name}: row pointers descend from {_pointers[row]} to {_pointers[row + 1]} at row {row}, or leave the {_columns.Length} entries.");
}
