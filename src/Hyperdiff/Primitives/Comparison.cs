using System.Numerics;
using System.Runtime.InteropServices;

namespace Hyperdiff.Primitives;

/// <summary>A relation between two elements of one type, whichever: the result is a mask, without a derivative. Every relation with NaN is false.</summary>
public abstract record Comparison : Elementwise
{
    /// <inheritdoc/>
    public sealed override int Arity => 2;

    /// <summary>Whether one pair of elements is related: the definition. Truth values come as 0 and 1.</summary>
    public abstract bool Holds<T>(T x, T y)
        where T : INumber<T>;

    /// <inheritdoc/>
    public sealed override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        RequireSame(Name, operands);
        return operands[0] with { DType = DType.Bool };
    }

    /// <inheritdoc/>
    public sealed override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        Span<bool> z = result.AsSpan<bool>();
        switch (operands[0].Type.DType)
        {
            case DType.Float32:
                Run<float>(operands[0].AsSpan<float>(), operands[1].AsSpan<float>(), z);
                break;
            case DType.Float64:
                Run<double>(operands[0].AsSpan<double>(), operands[1].AsSpan<double>(), z);
                break;
            case DType.Int32:
                Run<int>(operands[0].AsSpan<int>(), operands[1].AsSpan<int>(), z);
                break;
            default:
                Run<byte>(MemoryMarshal.AsBytes(operands[0].AsSpan<bool>()), MemoryMarshal.AsBytes(operands[1].AsSpan<bool>()), z);
                break;
        }
    }

    /// <inheritdoc/>
    public sealed override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => null;

    /// <summary>Applies the primitive to operands that are broadcast to their common shape first.</summary>
    public Tensor Broadcast(Tensor left, Tensor right)
    {
        (left, right) = Broadcasting.Align(Name, left, right);
        return Of(left, right);
    }

    private void Run<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<bool> z)
        where T : INumber<T>
    {
        for (int i = 0; i < z.Length; i++)
        {
            z[i] = Holds(x[i], y[i]);
        }
    }
}
