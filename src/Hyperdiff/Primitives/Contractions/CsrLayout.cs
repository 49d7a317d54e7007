using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>How the sparse primitives see their operands.</summary>
/// <remarks>
/// <code>
/// values    [batch …, entry]                 the entries of A, row by row
/// columns   [structure …, entry]     int32   in which column each one stands, each in 0 … Columns−1
/// pointers  [structure …, row + 1]   int32   row i has the entries pointers[i] … pointers[i+1]−1; from 0 to the number of entries, never descending
/// dense     [batch …, row or column, n]
/// </code>
/// where <c>structure …</c> is <c>batch …</c>, or nothing: then all items share it. Entries of the same place add up.
/// </remarks>
internal readonly struct CsrLayout
{
    private readonly bool _shared;

    /// <summary>Checks types and shapes.</summary>
    /// <param name="name">The primitive, for messages.</param>
    /// <param name="batch">The leading axes of the floating operands.</param>
    /// <param name="columns">The type of the column indices.</param>
    /// <param name="pointers">The type of the row pointers.</param>
    /// <exception cref="DTypeMismatchException">Indices or pointers are not <c>int32</c>.</exception>
    /// <exception cref="ShapeMismatchException">Their axes do not fit.</exception>
    public CsrLayout(string name, Shape batch, TensorType columns, TensorType pointers)
    {
        if (columns.DType != DType.Int32 || pointers.DType != DType.Int32)
        {
            throw new DTypeMismatchException(
                $"{name}: column indices and row pointers are int32, not {columns} and {pointers}; convert them: indices.To(DType.Int32).");
        }

        bool fits = columns.Shape.Rank >= 1 && pointers.Shape.Rank == columns.Shape.Rank && pointers.Shape[^1] >= 1;
        Shape structure = fits ? Leading(columns.Shape, 1) : default;
        if (!fits || structure != Leading(pointers.Shape, 1) || (structure.Rank > 0 && structure != batch))
        {
            throw new ShapeMismatchException(
                $"{name}: column indices of shape {columns.Shape} and row pointers of shape {pointers.Shape} do not describe a matrix, or a batch of shape "
                    + $"{batch} of them; there is one pointer more than rows.");
        }

        (Items, Entries, Rows, _shared) = (batch.ElementCount, columns.Shape[^1], pointers.Shape[^1] - 1, structure.Rank == 0);
    }

    /// <summary>The number of items of the batch.</summary>
    public int Items { get; }

    /// <summary>The number of entries of an item.</summary>
    public int Entries { get; }

    /// <summary>The number of rows of an item.</summary>
    public int Rows { get; }

    /// <summary>The leading axes of a shape.</summary>
    public static Shape Leading(Shape shape, int own) => new(shape.Sizes.AsSpan()[..^own]);

    /// <summary>The rows of an item.</summary>
    /// <param name="name">The primitive, for messages.</param>
    /// <param name="item">Which.</param>
    /// <param name="structure">Column indices and row pointers of all items.</param>
    /// <param name="size">The number of columns.</param>
    public CsrRows Of(string name, int item, (HostArray Columns, HostArray Pointers) structure, int size)
    {
        (HostArray columns, HostArray pointers) = structure;
        int place = _shared ? 0 : item;
        return new CsrRows(name, columns.AsSpan<int>().Slice(place * Entries, Entries), pointers.AsSpan<int>().Slice(place * (Rows + 1), Rows + 1), size);
    }

    /// <summary>The operands of a batch: indices and pointers as they are if no item has its own, everything else repeated.</summary>
    /// <param name="operands">Column indices and row pointers second and third.</param>
    /// <param name="size">The number of items.</param>
    /// <param name="batch">The leading axes that an item has already.</param>
    public static Tensor[] Repeated(ReadOnlySpan<BatchOperand> operands, int size, Shape batch)
    {
        Tensor[] repeated = Batches.Repeated(operands, size);
        for (int i = 1; i <= 2; i++)
        {
            bool shared = !operands[1].IsBatched && !operands[2].IsBatched && operands[i].Tensor.Rank == 1;
            int last = repeated[i].Shape[^1];
            int[] absent = repeated[i].Rank == 2 ? [.. Enumerable.Repeat(1, batch.Rank)] : [.. batch.Sizes];
            repeated[i] = shared ? operands[i].Tensor : repeated[i].Reshape([size, .. absent, last]).BroadcastTo([size, .. batch.Sizes, last]);
        }

        return repeated;
    }
}
