using System.Globalization;
using System.Numerics;
using Parquet;
using Parquet.Schema;

namespace Hyperdiff.Data;

/// <summary>Reads tables from Apache Parquet files: flat columns of numbers and truth values, and of words where they are named as categories.</summary>
/// <remarks>Integers that are not exact in <c>float64</c>, beyond 2⁵³, are refused, and so are lists, dates and times unless they are left out. Rows in
/// messages
/// are counted from 1.</remarks>
public static class ParquetFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What is read of it, and what may stand in it.</param>
    /// <exception cref="DataException">It is missing or no Parquet file, or something in it is not as it should be.</exception>
    public static Table Read(string path, TableOptions? options = null) => DataFile.Read(path, (stream, _) =>
    {
        try
        {
            return Task.Run(() => ReadAsync(stream, path, options ?? new TableOptions())).GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is not (DataException or OutOfMemoryException))
        {
            // the library answers damage with exceptions of many types
            throw DataException.Of(path, $"this is no Parquet file, or it is damaged: {DataFile.OneLine(exception)}", exception);
        }
    });

    private static async Task<Table> ReadAsync(Stream stream, string path, TableOptions options)
    {
        ParquetReader reader = await ParquetReader.CreateAsync(stream).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            DataField[] fields = reader.Schema.GetDataFields();
            var table = new TableBuilder(path, [.. fields.Select(field => field.Path.ToString())], options);
            int[] chosen = table.Chosen.ToArray();
            int row = 1;
            for (int group = 0; group < reader.RowGroupCount; group++)
            {
                using ParquetRowGroupReader rows = reader.OpenRowGroupReader(group);
                var columns = new Cells[chosen.Length];
                for (int i = 0; i < chosen.Length; i++)
                {
                    columns[i] = await ReadAsync(rows, fields[chosen[i]], path, table.IsCategory(chosen[i])).ConfigureAwait(false);
                }

                for (int within = 0; within < rows.RowCount; within++, row++)
                {
                    for (int i = 0; i < chosen.Length; i++)
                    {
                        Add(table, row, chosen[i], columns[i], within);
                    }
                }
            }

            return table.Build();
        }
    }

    private static void Add(TableBuilder table, int row, int column, Cells cells, int within)
    {
        if (cells.Words is { } words)
        {
            string text = words[within] ?? string.Empty;
            if (!table.IsCategory(column))
            {
                throw table.Cell(row, column, text,
                    $"{DataException.Quoted(text)} is not a number; name the column among the Categories, or leave it out by Columns");
            }

            table.AddCategory(row, column, text);
            return;
        }

        double? number = cells.Numbers![within];
        table.AddNumber(row, column, number, number?.ToString(CultureInfo.InvariantCulture) ?? string.Empty);
    }

    private static Task<Cells> ReadAsync(ParquetRowGroupReader rows, DataField field, string path, bool isCategory)
    {
        return field.MaxRepetitionLevel > 0 ? throw Unread("lists")
            : field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>) ? WordsAsync(rows, field)
            : field.ClrType == typeof(double) ? Of<double>(number => number)
            : field.ClrType == typeof(float) ? Of<float>(number => number)
            : field.ClrType == typeof(int) ? Of<int>(number => number)
            : field.ClrType == typeof(long) ? Of<long>(Exact)
            : field.ClrType == typeof(short) ? Of<short>(number => number)
            : field.ClrType == typeof(sbyte) ? Of<sbyte>(number => number)
            : field.ClrType == typeof(byte) ? Of<byte>(number => number)
            : field.ClrType == typeof(ushort) ? Of<ushort>(number => number)
            : field.ClrType == typeof(uint) ? Of<uint>(number => number)
            : field.ClrType == typeof(ulong) ? Of<ulong>(Exact)
            : field.ClrType == typeof(bool) ? Of<bool>(truth => truth ? 1 : 0)
            : field.ClrType == typeof(decimal) ? Of<decimal>(number => (double)number)
            : throw Unread(field.ClrType.Name);

        async Task<Cells> Of<T>(Func<T, double> convert)
            where T : struct, IConvertible
        {
            T?[] cells = await CellsAsync<T>(rows, field).ConfigureAwait(false);
            return isCategory
                ? new Cells(null, Array.ConvertAll(cells, cell => cell?.ToString(CultureInfo.InvariantCulture)))
                : new Cells(Array.ConvertAll(cells, cell => cell is { } value ? convert(value) : (double?)null), null);
        }

        double Exact<T>(T whole)
            where T : INumber<T>
        {
            double number = double.CreateChecked(whole);
            return T.CreateSaturating(number) == whole ? number
                : throw Place($"{whole} is not exact in float64; name the column among the Categories, or leave it out by Columns");
        }

        DataException Unread(string what) => Place($"{what} are not numbers; leave the column out by Columns");

        DataException Place(string what) => DataException.Of(new DataException.Place(path, Column: field.Path.ToString()), what);
    }

    private static async Task<T?[]> CellsAsync<T>(ParquetRowGroupReader rows, DataField field)
        where T : struct
    {
        var some = new T?[rows.RowCount];
        if (field.IsNullable)
        {
            await rows.ReadAsync<T>(field, some.AsMemory()).ConfigureAwait(false);
            return some;
        }

        var all = new T[rows.RowCount];
        await rows.ReadAsync<T>(field, all.AsMemory()).ConfigureAwait(false);
        return Array.ConvertAll(all, value => (T?)value);
    }

    private static async Task<Cells> WordsAsync(ParquetRowGroupReader rows, DataField field)
    {
        var words = new string?[rows.RowCount];
        await rows.ReadAsync(field, words.AsMemory()).ConfigureAwait(false);
        return new Cells(null, words);
    }

    /// <summary>The cells of one column in one group of rows: numbers, or words.</summary>
    private sealed record Cells(double?[]? Numbers, string?[]? Words);
}
