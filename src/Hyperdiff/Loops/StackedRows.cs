namespace Hyperdiff;

/// <summary>The first rows of a stack, each in memory of its own; the rest are zeros that take no memory.</summary>
/// <remarks>The type of a stack that a bounded loop leaves behind knows the bound; its memory is that of the steps that were made.</remarks>
/// <param name="rows">The first rows.</param>
internal sealed class StackedRows(IReadOnlyList<HostArray> rows) : TensorStorage
{
    public override HostArray Read(TensorType type)
    {
        HostArray whole = HostArray.Allocate(type);
        int next = 0;
        foreach (HostArray row in rows)
        {
            row.CopyTo(new HostArray(row.Type, whole.Data, next));
            next += row.Count;
        }

        return whole;
    }

    /// <summary>A row of a stack, without a copy.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="position">Which row.</param>
    public static Tensor Row(Tensor stack, int position)
    {
        var type = new TensorType(stack.DType, new Shape(stack.Shape.Sizes.AsSpan()[1..]));
        return stack.Storage switch
        {
            UniformStorage uniform => Tensor.Full(type.Shape, uniform.Value, type.DType),
            StackedRows stacked when stacked.Holds(position, type) => Tensor.FromHost(stacked.At(position)),
            _ => Tensor.FromHost(stack.Read().Part(type.Shape, position)),
        };
    }

    private HostArray At(int position) => rows[position];

    private bool Holds(int position, TensorType type) => position < rows.Count && rows[position].Type == type;
}
