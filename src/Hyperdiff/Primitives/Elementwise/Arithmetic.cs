using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>An elementwise function of two tensors of one type, floating or <c>int32</c>: what is done to indices. Integers have no derivative.</summary>
/// <remarks>A result that <c>int32</c> cannot hold is an error: an index that wrapped around would be a wrong one.</remarks>
internal abstract record Arithmetic : Binary
{
    /// <summary>The function for one pair of elements of <c>int32</c>; 64 bits hold the exact result.</summary>
    public abstract long MapIntegers(long x, long y);

    /// <inheritdoc/>
    public sealed override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        RequireSame(Name, operands);
        RequireNumbers(Name, operands[0]);
        return operands[0];
    }

    /// <inheritdoc/>
    public sealed override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        if (result.Type.DType != DType.Int32)
        {
            base.Evaluate(operands, result);
            return;
        }

        Span<int> x = operands[0].AsSpan<int>();
        Span<int> y = operands[1].AsSpan<int>();
        Span<int> z = result.AsSpan<int>();
        for (int i = 0; i < z.Length; i++)
        {
            long exact = MapIntegers(x[i], y[i]);
            z[i] = exact is >= int.MinValue and <= int.MaxValue
                ? (int)exact
                : throw new OverflowException($"{Name} of {x[i]} and {y[i]} is {exact}, which int32 does not hold; convert first: tensor.To(DType.Float64).");
        }
    }

    /// <summary>The tangent of the operand that does not lose; half of both where they are equal, and none where one is not a number.</summary>
    protected static Tensor? OfTheWinner(ReadOnlySpan<Tensor> operands, Tensor leftLoses, Tensor rightLoses, ReadOnlySpan<Tensor?> tangents)
    {
        Tensor? left = tangents[0] is { } dx ? Tensor.Where(leftLoses, 0, dx) : null;
        Tensor? right = tangents[1] is { } dy ? Tensor.Where(rightLoses, 0, dy) : null;
        Tensor x = operands[0];
        Tensor shared = Tensor.Where(x.Equals(operands[1], string.Empty), 0.5, Tensor.Full(x.Shape, double.NaN, x.DType));
        return Sum(left, right) is { } sum ? sum * Tensor.Where(leftLoses | rightLoses, 1, shared) : null;
    }

    /// <summary>Where both operands are equal, which is where the greater or smaller of them has a kink.</summary>
    protected KinkMask[] Ties(ReadOnlySpan<Tensor> operands) => [.. (Less.Instance with { Within = Name }).Kinks(operands, [])];
}
