using System.Collections.Immutable;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>Reorders axes: axis a of the result is axis <c>Order[a]</c> of the operand.</summary>
/// <param name="Order">Every axis once.</param>
internal sealed record Permute(Axes Order) : Operation
{
    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        Shape shape = operands[0].Shape;
        if (Order.Count != shape.Rank || !Order.Items.Order().SequenceEqual(Enumerable.Range(0, shape.Rank)))
        {
            throw new ShapeMismatchException($"Permute: {Order} is not an order of the {shape.Rank} axes of shape {shape}; name every axis once.");
        }

        return operands[0] with { Shape = new Shape([.. Order.Items.Select(axis => shape[axis])]) };
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        int[] own = operands[0].Type.Shape.Strides();
        Strided.Gather(operands[0], [.. Order.Items.Select(axis => own[axis])], start: 0, result);
    }

    /// <inheritdoc/>
    public override double? FoldUniform(ReadOnlySpan<TensorType> types, ReadOnlySpan<double> scalars) => scalars[0];

    /// <inheritdoc/>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size) =>
        new Permute(Batches.Prepended(0, Batches.Shifted(Order))).Of(operands[0].Tensor);

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => Of(tangents[0]!);

    /// <inheritdoc/>
    public override Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands) => [Inverse().Of(cotangent)];

    /// <inheritdoc/>
    public override LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands) => LiveMasks.Moved(this, operands);

    /// <summary>Whether it exchanges the last two axes, and nothing else.</summary>
    public bool IsTranspose() => Transposes(Order);

    /// <summary>The permutation that undoes this one.</summary>
    public Permute Inverse() => new(new Axes([.. Enumerable.Range(0, Order.Count).Select(axis => Order.Items.IndexOf(axis))]));

    /// <summary>The matrices, or batches of them, that a value has transposed; null if it has not.</summary>
    public static Value? Untransposed(Value value)
    {
        if (value.Definition is not { Primitive: Permute { Order: var order }, Operands: [var source] })
        {
            return null;
        }

        return Transposes(order) ? source : null;
    }

    /// <inheritdoc/>
    internal override Value? Simpler(ImmutableArray<Value> operands, Emitter emit)
    {
        if (Order.Items.SequenceEqual(Enumerable.Range(0, Order.Count)))
        {
            return operands[0];
        }

        return operands[0].Definition switch
        {
            { Primitive: Permute inner, Operands: var source } => emit(new Permute(new Axes([.. Order.Items.Select(axis => inner.Order[axis])])), source),
            _ => null,
        };
    }

    private static bool Transposes(Axes order)
    {
        int rank = order.Count;
        return rank > 1 && order[rank - 1] == rank - 2 && order[rank - 2] == rank - 1
            && order.Items[..^2].SequenceEqual(Enumerable.Range(0, rank - 2));
    }
}
