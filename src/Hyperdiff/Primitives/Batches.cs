using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>What the batching rules share.</summary>
internal static class Batches
{
    /// <summary>The operand with a batch axis: repeated if all items share it.</summary>
    /// <param name="operand">The operand.</param>
    /// <param name="size">The number of items.</param>
    public static Tensor Repeated(this BatchOperand operand, int size) =>
        operand.IsBatched ? operand.Tensor : operand.Tensor.BroadcastTo([size, .. operand.Tensor.Shape.Sizes]);

    /// <summary>All operands with a batch axis.</summary>
    public static Tensor[] Repeated(ReadOnlySpan<BatchOperand> operands, int size)
    {
        var repeated = new Tensor[operands.Length];
        for (int i = 0; i < repeated.Length; i++)
        {
            repeated[i] = operands[i].Repeated(size);
        }

        return repeated;
    }

    /// <summary>The tensors, and which of them are batched.</summary>
    public static (Tensor[] Tensors, bool[] Flags) Apart(ReadOnlySpan<BatchOperand> operands)
    {
        var tensors = new Tensor[operands.Length];
        var flags = new bool[operands.Length];
        for (int i = 0; i < tensors.Length; i++)
        {
            (tensors[i], flags[i]) = (operands[i].Tensor, operands[i].IsBatched);
        }

        return (tensors, flags);
    }

    /// <summary>The axes of an item as axes of a batch, whose first axis counts the items.</summary>
    public static Axes Shifted(Axes axes) => new([.. axes.Items.Select(axis => axis + 1)]);

    /// <summary>A list with an entry for the batch axis in front.</summary>
    public static Axes Prepended(int first, Axes axes) => new([first, .. axes.Items]);

    /// <summary>The shape of a batch of items.</summary>
    public static Shape Of(int size, Shape item) => [size, .. item.Sizes];
}
