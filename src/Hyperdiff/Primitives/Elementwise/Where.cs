using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary><c>z = x where m, else y</c>, element by element, for a mask m. Linear in x and y; the tangent is chosen by the same mask, never multiplied by
/// it.</summary>
internal sealed record Where : Elementwise
{
    /// <summary>The primitive.</summary>
    public static Where Instance { get; } = new();

    /// <inheritdoc/>
    public override int Arity => 3;

    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        if (operands[0].DType != DType.Bool)
        {
            throw new DTypeMismatchException($"Where chooses by a mask, not by {operands[0]}; make a mask by a comparison: tensor > 0.");
        }

        RequireSame(Name, operands[1..]);
        return operands[0].Shape == operands[1].Shape
            ? operands[1]
            : throw new ShapeMismatchException(
                $"Where: a mask of shape {operands[0].Shape} does not choose between tensors of shape {operands[1].Shape}; broadcast one first.");
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        switch (result.Type.DType)
        {
            case DType.Float32:
                Run<float>(operands, result);
                break;
            case DType.Float64:
                Run<double>(operands, result);
                break;
            case DType.Int32:
                Run<int>(operands, result);
                break;
            default:
                Run<bool>(operands, result);
                break;
        }
    }

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) =>
        tangents[1] is null && tangents[2] is null
        ? null
        : Of(operands[0], tangents[1] ?? Tensor.ZerosLike(result), tangents[2] ?? Tensor.ZerosLike(result));

    /// <inheritdoc/>
    public override Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands)
    {
        Tensor mask = operands[0].Value;
        Tensor zeros = Tensor.ZerosLike(cotangent);
        return [null, operands[1].IsLinear ? Of(mask, cotangent, zeros) : null, operands[2].IsLinear ? Of(mask, zeros, cotangent) : null];
    }

    /// <inheritdoc/>
    public override bool Chooses(ReadOnlySpan<bool> linear) => true;

    /// <summary>A branch that is known is 0, as linear functions are of nothing: where it is taken, nothing is live.</summary>
    public override LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands)
    {
        (Tensor mask, LiveOperand left, LiveOperand right) = (operands[0].Tensor, operands[1], operands[2]);
        if (left.IsLinear && right.IsLinear)
        {
            Tensor? live = left.Mask is null && right.Mask is null ? null : Of(mask, left.Mask ?? Tensor.OnesLike(mask), right.Mask ?? Tensor.OnesLike(mask));
            return new LiveResult(Of(mask, left.Tensor, right.Tensor), live);
        }

        // what is 0 there already is chosen already
        (LiveOperand taken, Tensor where) = left.IsLinear ? (left, mask) : (right, !mask);
        return taken.Mask is { } known && LiveMasks.Implies(known, where)
            ? new LiveResult(taken.Tensor, known)
            : new LiveResult(Of(mask, left.Tensor, right.Tensor), LiveMasks.Both(where, taken.Mask));
    }

    private static void Run<T>(ReadOnlySpan<HostArray> operands, HostArray result)
        where T : unmanaged
    {
        Span<bool> mask = operands[0].AsSpan<bool>();
        Span<T> x = operands[1].AsSpan<T>();
        Span<T> y = operands[2].AsSpan<T>();
        Span<T> z = result.AsSpan<T>();
        for (int i = 0; i < z.Length; i++)
        {
            z[i] = mask[i] ? x[i] : y[i];
        }
    }
}
