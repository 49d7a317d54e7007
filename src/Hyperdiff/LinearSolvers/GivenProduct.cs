using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A product with a matrix that functions of the user's compute from values.</summary>
/// <param name="Function">v ↦ A v.</param>
/// <param name="Transposed">u ↦ Aᵀ u.</param>
/// <param name="Inputs">The types of v.</param>
/// <param name="Outputs">Those of A v.</param>
internal sealed record GivenProduct(Func<LeafVector, LeafVector> Function, Func<LeafVector, LeafVector> Transposed, ImmutableArray<TensorType> Inputs,
    ImmutableArray<TensorType> Outputs) : Primitive
{
    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => [.. Outputs];

    /// <inheritdoc/>
    public override Tensor[] Execute(IBackend backend, ReadOnlySpan<Tensor> operands)
    {
        Tensor[]? result = Function(operands.ToArray()).Leaves;
        if (result is null || Array.IndexOf(result, null) >= 0)
        {
            throw new InvalidOperationException($"{Function.Method.Name}: a product is null; every leaf must be a tensor.");
        }

        return result.Select(leaf => leaf.Type).SequenceEqual(Outputs)
            ? result
            : throw new ShapeMismatchException(
                $"{Function.Method.Name}: a product is ({string.Join(", ", result.Select(leaf => leaf.Type))}), and must be ({string.Join(", ", Outputs)}).");
    }

    /// <inheritdoc/>
    public override Tensor[] Batched(ReadOnlySpan<BatchOperand> operands, int size) => ItemByItem.Of(this, operands, size);

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents)
    {
        var all = new Tensor[operands.Length];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = tangents[i] ?? Tensor.ZerosLike(operands[i]);
        }

        return Apply(all);
    }

    /// <inheritdoc/>
    public override Tensor?[] Transpose(ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands)
    {
        var all = new Tensor[cotangents.Length];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = cotangents[i] ?? Tensor.Zeros(Outputs[i].Shape, Outputs[i].DType);
        }

        return new GivenProduct(Transposed, Function, Outputs, Inputs).Apply(all);
    }
}
