using System.Numerics;
using System.Runtime.InteropServices;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>A relation between two elements of one type, whichever: the result is a mask, without a derivative. Every relation with NaN is false.</summary>
internal abstract record Comparison : Elementwise
{
    /// <inheritdoc/>
    public sealed override int Arity => 2;

    /// <summary>The operation that chooses by this comparison, for warnings about the kink where both operands are equal; null for a choice of the user's own,
    /// empty where there is none.</summary>
    public string? Within { get; init; }

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

    /// <inheritdoc/>
    public sealed override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) =>
        Within is { Length: 0 } || ReferenceEquals(operands[0], operands[1]) ? [] : [Edge(operands[0], operands[1])];

    private KinkMask Edge(Tensor left, Tensor right)
    {
        Tensor equal = (Primitives.Equal.Instance with { Within = string.Empty }).Of(left, right);
        string operation = Within ?? nameof(Where);
        return (Constant(left) ?? Constant(right)) is { } value ? KinkMask.At(operation, value, equal) : KinkMask.Tie(operation, equal);
    }

    // a repeated scalar, however it was stretched
    private static double? Constant(Tensor tensor)
    {
        Value? value = tensor.Storage is TracedStorage traced ? traced.Value : null;
        while (value?.Definition is { Primitive: Reshape or BroadcastTo, Operands: [var moved] })
        {
            value = moved;
        }

        return value?.Definition?.Primitive is Fill fill ? fill.Scalar : null;
    }
}

/// <summary><c>x = y</c>, element by element.</summary>
internal sealed record Equal : Comparison
{
    /// <summary>The primitive.</summary>
    public static Equal Instance { get; } = new();

    /// <inheritdoc/>
    public override bool Holds<T>(T x, T y) => x == y;
}

/// <summary><c>x &lt; y</c>, element by element.</summary>
internal sealed record Less : Comparison
{
    /// <summary>The primitive.</summary>
    public static Less Instance { get; } = new();

    /// <inheritdoc/>
    public override bool Holds<T>(T x, T y) => x < y;
}

/// <summary><c>x ≤ y</c>, element by element.</summary>
internal sealed record LessOrEqual : Comparison
{
    /// <summary>The primitive.</summary>
    public static LessOrEqual Instance { get; } = new();

    /// <inheritdoc/>
    public override bool Holds<T>(T x, T y) => x <= y;
}
