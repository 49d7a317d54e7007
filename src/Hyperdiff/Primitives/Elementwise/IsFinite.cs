using System.Numerics;

namespace Hyperdiff.Primitives;

/// <summary>True where the element is neither infinite nor NaN.</summary>
internal sealed record IsFinite : Elementwise
{
    /// <summary>The primitive.</summary>
    public static IsFinite Instance { get; } = new();

    /// <inheritdoc/>
    public override int Arity => 1;

    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands) => base.InferResult(operands) with { DType = DType.Bool };

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        if (operands[0].Type.DType == DType.Float32)
        {
            Run<float>(operands[0], result.AsSpan<bool>());
        }
        else
        {
            Run<double>(operands[0], result.AsSpan<bool>());
        }
    }

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => null;

    private static void Run<T>(HostArray operand, Span<bool> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> x = operand.AsSpan<T>();
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = T.IsFinite(x[i]);
        }
    }
}
