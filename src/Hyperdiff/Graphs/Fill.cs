namespace Hyperdiff.Graphs;

/// <summary>A constant: one scalar repeated. It stands with the graphs, below the other primitives, because tracing makes constants of literals.</summary>
/// <param name="Scalar">The scalar; truth values are 0 and 1.</param>
/// <param name="Type">The type of the result.</param>
internal sealed record Fill(double Scalar, TensorType Type) : Operation
{
    /// <summary>Whether a value is a constant, by bits: −0 is no 0.</summary>
    public static bool Is(Value value, double scalar) =>
        value.Definition?.Primitive is Fill fill && BitConverter.DoubleToInt64Bits(fill.Scalar) == BitConverter.DoubleToInt64Bits(scalar);

    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands) => Type;

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result) => UniformStorage.Fill(result, Scalar);

    /// <inheritdoc/>
    internal override Primitive? Retyped(Retyping types)
    {
        if (Type.DType != types.From)
        {
            return this;
        }

        // beyond its range there is no such constant
        double scalar = types.To == DType.Float32 ? (float)Scalar : Scalar;
        bool isLost = (double.IsInfinity(scalar) && double.IsFinite(Scalar)) || (scalar == 0 && Scalar != 0);
        return isLost ? null : new Fill(scalar, types.Of(Type));
    }

    /// <inheritdoc/>
    public override double? FoldUniform(ReadOnlySpan<TensorType> types, ReadOnlySpan<double> scalars) => Scalar;

    /// <summary>A constant has no operand that could be batched.</summary>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size) =>
        throw new System.Diagnostics.UnreachableException("a constant was asked for a batch");

    /// <summary>A constant has no tangent.</summary>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => null;

    /// <summary>Equality by bits: 0 and −0 are different constants.</summary>
    public bool Equals(Fill? other) =>
        other is not null && BitConverter.DoubleToInt64Bits(Scalar) == BitConverter.DoubleToInt64Bits(other.Scalar) && Type == other.Type;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(BitConverter.DoubleToInt64Bits(Scalar), Type);
}
