using System.Numerics;

namespace Hyperdiff.Primitives;

/// <summary>An elementwise function of one floating tensor: <c>y = φ(x)</c>, <c>ẏ = φ′(x) ẋ</c>.</summary>
internal abstract record Unary : Elementwise
{
    /// <inheritdoc/>
    public sealed override int Arity => 1;

    /// <summary>φ for one element: the definition.</summary>
    public abstract T Map<T>(T x)
        where T : IFloatingPointIeee754<T>;

    /// <summary>φ′(x), in terms of x and of y = φ(x).</summary>
    public abstract Tensor Derivative(Tensor x, Tensor y);

    /// <inheritdoc/>
    public sealed override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
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
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) =>
        tangents[0]! * Derivative(operands[0], result);

    private void Run<T>(HostArray operand, HostArray result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> x = operand.AsSpan<T>();
        Span<T> y = result.AsSpan<T>();
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = Map(x[i]);
        }
    }
}
