using System.Numerics;

namespace Hyperdiff.Primitives;

/// <summary>An elementwise function of two floating tensors of one type.</summary>
internal abstract record Binary : Elementwise
{
    /// <inheritdoc/>
    public sealed override int Arity => 2;

    /// <summary>The function for one pair of elements: the definition.</summary>
    public abstract T Map<T>(T x, T y)
        where T : IFloatingPointIeee754<T>;

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        if (result.Type.DType == DType.Float32)
        {
            Run<float>(operands, result);
        }
        else
        {
            Run<double>(operands, result);
        }
    }

    /// <summary>Applies the primitive to operands that are broadcast to their common shape first.</summary>
    public Tensor Broadcast(Tensor left, Tensor right)
    {
        (left, right) = Broadcasting.Align(Name, left, right);
        return Of(left, right);
    }

    /// <summary>The sum of two tangents, of which one may be structurally zero.</summary>
    protected static Tensor? Sum(Tensor? left, Tensor? right) => left is null ? right : right is null ? left : left + right;

    private void Run<T>(ReadOnlySpan<HostArray> operands, HostArray result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> x = operands[0].AsSpan<T>();
        Span<T> y = operands[1].AsSpan<T>();
        Span<T> z = result.AsSpan<T>();
        for (int i = 0; i < z.Length; i++)
        {
            z[i] = Map(x[i], y[i]);
        }
    }
}
