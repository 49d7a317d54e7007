namespace Hyperdiff.Graphs;

/// <summary>The first rows of a stack, each in memory of its own; the rest are zeros that take no memory.</summary>
/// <remarks>The type of a stack that a bounded loop leaves behind knows the bound; its memory is that of the steps that were made.</remarks>
/// <param name="rows">The first rows, all on one backend.</param>
internal sealed class StackedRows(IReadOnlyList<Tensor> rows) : TensorStorage
{
    /// <summary>The first rows.</summary>
    public IReadOnlyList<Tensor> Rows => rows;

    public override HostArray Read(TensorType type)
    {
        HostArray whole = HostArray.Allocate(type);
        int next = 0;
        foreach (Tensor row in rows)
        {
            row.Read().CopyTo(new HostArray(row.Type, whole.Data, next));
            next += row.Count;
        }

        return whole;
    }

    /// <summary>A row of a stack, without a copy.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="position">Which row.</param>
    public static Tensor Row(Tensor stack, int position)
    {
        var shape = new Shape(stack.Shape.Sizes.AsSpan()[1..]);
        return stack.Storage is StackedRows stacked && stacked.Holds(position, shape) ? stacked.Rows[position] : stack.Part(shape, position);
    }

    private bool Holds(int position, Shape shape) => position < rows.Count && rows[position].Shape == shape;
}
