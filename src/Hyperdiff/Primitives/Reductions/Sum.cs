using System.Collections.Immutable;
using System.Numerics;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>The sum over some axes. Linear; its transpose repeats.</summary>
/// <remarks>The definition adds in double precision whatever the element type, one element after the other.</remarks>
/// <param name="Reduced">The axes summed over.</param>
internal sealed record Sum(Axes Reduced) : Reduction(Reduced)
{
    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        Elementwise.RequireFloating(Name, operands[0]);
        return base.InferResult(operands);
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        if (result.Type.DType == DType.Float32)
        {
            Run<float>(operands[0], result);
        }
        else
        {
            Run<double>(operands[0], result);
        }
    }

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => Of(tangents[0]!);

    /// <inheritdoc/>
    public override Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands) => [Stretch(cotangent, operands[0].Type.Shape)];

    /// <inheritdoc/>
    public override LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands) => LiveMasks.Added(this, operands);

    /// <summary>Summing over axes of size 1 only renames the axes.</summary>
    internal override Value? Simpler(ImmutableArray<Value> operands, Emitter emit)
    {
        TensorType type = operands[0].Type;
        foreach (int axis in Reduced.Items)
        {
            if (type.Shape[axis] != 1)
            {
                return null;
            }
        }

        return emit(new Reshape(InferResult([type]).Shape), operands);
    }

    private void Run<T>(HostArray operand, HostArray result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> x = operand.AsSpan<T>();

        // −0 is the neutral element: 0 would turn a sum of −0 alone into 0; the sum of nothing is 0
        var sums = new double[result.Count];
        Array.Fill(sums, x.IsEmpty ? 0.0 : -0.0);
        int[] targets = Targets(operand.Type.Shape);
        for (int i = 0; i < x.Length; i++)
        {
            sums[targets[i]] += double.CreateTruncating(x[i]);
        }

        Span<T> y = result.AsSpan<T>();
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = T.CreateTruncating(sums[i]);
        }
    }
}
