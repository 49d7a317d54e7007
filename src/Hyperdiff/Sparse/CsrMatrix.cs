using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff;

/// <summary>A sparse matrix in compressed sparse rows: entries row by row, each with its column, and where each row begins.</summary>
/// <remarks>
/// <code>
/// row i:  entries p = RowPointers[i] … RowPointers[i + 1] − 1,  A[i, ColumnIndices[p]] = Values[p], 0 elsewhere
/// </code>
/// Differentiable in <see cref="Values"/>, to any order; what stands where is part of the structure. Entries of the same place add up. As data of a form, or
/// inside any structure, it has three leaves, of which the values alone take part in differentiation. A gradient with respect to a matrix is a matrix with the
/// same structure: derivatives of places without an entry are not computed. Products cost a multiplication per entry and column of the dense operand.
/// </remarks>
public sealed partial class CsrMatrix
{
    private CsrMatrix(int columns, Tensor values, Tensor columnIndices, Tensor rowPointers) =>
        (Columns, Values, ColumnIndices, RowPointers) = (columns, values, columnIndices, rowPointers);

    /// <summary>A matrix from its parts.</summary>
    /// <param name="values">The entries, row by row: <c>[entries]</c>, floating.</param>
    /// <param name="columnIndices">The column of each one: <c>[entries]</c>, <c>int32</c>, in any order within a row.</param>
    /// <param name="rowPointers">Where each row begins among the entries, and at last their number: <c>[rows + 1]</c>, <c>int32</c>, from 0, never
    /// descending.</param>
    /// <param name="columns">The number of columns.</param>
    /// <remarks>Indices and pointers that are values of a trace cannot be read here: they are checked whenever a product reads them.</remarks>
    /// <exception cref="DTypeMismatchException">The element types are not these.</exception>
    /// <exception cref="ShapeMismatchException">The shapes are not these.</exception>
    /// <exception cref="ArgumentException">The pointers do not run from 0 to the number of entries, or descend.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column index, or the number of columns, is out of range.</exception>
    public CsrMatrix(Tensor values, Tensor columnIndices, Tensor rowPointers, int columns)
        : this(columns, values, columnIndices, rowPointers)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(columnIndices);
        ArgumentNullException.ThrowIfNull(rowPointers);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        Elementwise.RequireFloating(nameof(CsrMatrix), values.Type);
        var layout = new CsrLayout(nameof(CsrMatrix), Shape.Scalar, columnIndices.Type, rowPointers.Type);
        if (values.Shape != columnIndices.Shape)
        {
            throw new ShapeMismatchException(
                $"CsrMatrix: values of shape {values.Shape} and column indices of shape {columnIndices.Shape}: there is one of each per entry.");
        }

        if (Trace.Innermost(null, [columnIndices, rowPointers]) is null)
        {
            layout.Of(nameof(CsrMatrix), 0, (columnIndices.Read(), rowPointers.Read()), columns).Require();
        }
    }

    /// <summary>The entries, row by row: <c>[entries]</c>.</summary>
    public Tensor Values { get; }

    /// <summary>The column of each entry: <c>[entries]</c>, <c>int32</c>.</summary>
    public Tensor ColumnIndices { get; }

    /// <summary>Where each row begins among the entries, and at last their number: <c>[rows + 1]</c>, <c>int32</c>.</summary>
    public Tensor RowPointers { get; }

    /// <summary>The number of rows.</summary>
    public int Rows => RowPointers.Count - 1;

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The number of entries.</summary>
    public int Entries => Values.Count;

    /// <summary>A matrix from its parts, in host memory.</summary>
    /// <param name="values">The entries, row by row.</param>
    /// <param name="columnIndices">The column of each one.</param>
    /// <param name="rowPointers">Where each row begins among the entries, and at last their number.</param>
    /// <param name="columns">The number of columns.</param>
    public static CsrMatrix From<T>(T[] values, int[] columnIndices, int[] rowPointers, int columns)
        where T : unmanaged => new(Tensor.From(Allowed.Given(values)), Tensor.From(Allowed.Given(columnIndices)),
            Tensor.From(Allowed.Given(rowPointers)), columns);

    /// <summary>A matrix from coordinates and values in any order; values of the same place are summed, and the derivative goes to each of them.</summary>
    /// <param name="rowIndices">The row of each value.</param>
    /// <param name="columnIndices">The column of each value.</param>
    /// <param name="values">The values: <c>[as many]</c>, floating.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <exception cref="ShapeMismatchException">The numbers of rows, columns and values differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A coordinate is outside the matrix.</exception>
    public static CsrMatrix FromCoordinates(int[] rowIndices, int[] columnIndices, Tensor values, int rows, int columns)
    {
        ArgumentNullException.ThrowIfNull(rowIndices);
        ArgumentNullException.ThrowIfNull(columnIndices);
        ArgumentNullException.ThrowIfNull(values);
        _ = Allowed.AtLeast(0, rows);
        if (values.Shape != new Shape(rowIndices.Length) || columnIndices.Length != rowIndices.Length)
        {
            throw new ShapeMismatchException(
                $"CsrMatrix.FromCoordinates: {rowIndices.Length} row indices, {columnIndices.Length} column indices and values of shape {values.Shape}: there "
                    + $"is one of each per value.");
        }

        if (rows >= Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(nameof(rows), rows,
                "CsrMatrix.FromCoordinates: there is one more pointer than rows, and no array holds so many.");
        }

        Room.Require(new TensorType(DType.Int32, [rows + 1]));
        int[] order = [.. Enumerable.Range(0, rowIndices.Length).OrderBy(i => rowIndices[i]).ThenBy(i => columnIndices[i])];
        var pointers = new int[rows + 1];
        var entryOf = new int[order.Length];
        var places = new List<(int Row, int Column)>();
        foreach (int i in order)
        {
            (int Row, int Column) place = (rowIndices[i], columnIndices[i]);
            Indexing.RequireInside("CsrMatrix.FromCoordinates, rows", place.Row, rows);
            Indexing.RequireInside("CsrMatrix.FromCoordinates, columns", place.Column, columns);
            if (places.Count == 0 || places[^1] != place)
            {
                places.Add(place);
                pointers[place.Row + 1]++;
            }

            entryOf[i] = places.Count - 1;
        }

        for (int row = 0; row < rows; row++)
        {
            pointers[row + 1] += pointers[row];
        }

        return new(columns, values.ScatterAdd(Tensor.From(entryOf), places.Count), Tensor.From(places.Select(place => place.Column).ToArray()),
            Tensor.From(pointers));
    }

    /// <summary>The elements of a dense matrix that are not 0, as they are now; NaN is not 0. The derivative goes to these elements.</summary>
    /// <param name="dense"><c>[rows, columns]</c>, floating.</param>
    /// <exception cref="ShapeMismatchException">It is not a matrix.</exception>
    public static CsrMatrix FromDense(Tensor dense)
    {
        ArgumentNullException.ThrowIfNull(dense);
        Elementwise.RequireFloating("CsrMatrix.FromDense", dense.Type);
        if (dense.Rank != 2)
        {
            throw new ShapeMismatchException($"CsrMatrix.FromDense: shape {dense.Shape} is not that of a matrix.");
        }

        int columns = dense.Shape[1];
        bool[] zero = dense.Equal(0).ToArray<bool>();
        int[] places = [.. Enumerable.Range(0, zero.Length).Where(i => !zero[i])];
        var pointers = new int[dense.Shape[0] + 1];
        foreach (int place in places)
        {
            pointers[(place / columns) + 1]++;
        }

        for (int row = 0; row < dense.Shape[0]; row++)
        {
            pointers[row + 1] += pointers[row];
        }

        return new(columns, dense.Flatten().Take(Tensor.From(places)), Tensor.From(places.Select(place => place % columns).ToArray()), Tensor.From(pointers));
    }

    /// <summary>The same structure with other values.</summary>
    /// <param name="values">[entries], floating.</param>
    /// <exception cref="ShapeMismatchException">Their number is not that of the entries.</exception>
    public CsrMatrix WithValues(Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Elementwise.RequireFloating(nameof(CsrMatrix), values.Type);
        return values.Shape == ColumnIndices.Shape
            ? new(Columns, values, ColumnIndices, RowPointers)
            : throw new ShapeMismatchException($"CsrMatrix.WithValues: values of shape {values.Shape} for {ColumnIndices.Count} entries.");
    }

    /// <summary>The product A x.</summary>
    /// <param name="dense">A vector <c>[columns]</c> or a matrix <c>[columns, n]</c>.</param>
    /// <returns><c>[rows]</c> or <c>[rows, n]</c>.</returns>
    /// <exception cref="ShapeMismatchException">The inner sizes differ.</exception>
    public Tensor MatMul(Tensor dense) => Product(nameof(MatMul), new SparseMatMul(Columns), dense);

    /// <summary>The product Aᵀ x, without making Aᵀ.</summary>
    /// <param name="dense">A vector <c>[rows]</c> or a matrix <c>[rows, n]</c>.</param>
    /// <returns><c>[columns]</c> or <c>[columns, n]</c>.</returns>
    /// <exception cref="ShapeMismatchException">The inner sizes differ.</exception>
    public Tensor TransposedMatMul(Tensor dense) => Product(nameof(TransposedMatMul), new SparseMatMul(Columns, Transposed: true), dense);

    /// <summary>The matrix with its zeros: the product with an identity matrix, so it costs a multiplication per entry and column.</summary>
    public Tensor ToDense() => MatMul(Tensor.Eye(Columns, Values.DType));

    /// <summary><c>CsrMatrix float64 [3, 4], 5 entries</c>.</summary>
    public override string ToString() => $"CsrMatrix {Values.DType.Name()} [{Rows}, {Columns}], {Entries} entries";

    private Tensor Product(string name, SparseMatMul product, Tensor dense)
    {
        ArgumentNullException.ThrowIfNull(dense);
        int inner = product.Transposed ? Rows : Columns;
        if (dense.Rank is not (1 or 2) || dense.Shape[0] != inner)
        {
            throw Labelled.Mismatch(
                $"CsrMatrix.{name}: a matrix [{Rows}, {Columns}]{(product.Transposed ? "ᵀ" : string.Empty)} and {dense.Shape}: takes a vector or a matrix with "
                    + $"a first axis of size {inner}", Values, dense);
        }

        Tensor result = product.Of(Values, ColumnIndices, RowPointers, dense.Rank == 1 ? dense.Unsqueeze(-1) : dense);
        return dense.Rank == 1 ? result.Squeeze(-1) : result;
    }
}
