using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>Matrices with zeros outside a band of diagonals: element (i, j) stays where <c>Lowest ≤ j − i ≤ Highest</c>. Linear, and its own
/// transpose.</summary>
/// <param name="Lowest">The lowest diagonal that stays; 0 is the main one, −1 the one below.</param>
/// <param name="Highest">The highest diagonal that stays.</param>
internal sealed record Band(int Lowest, int Highest) : Operation
{
    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands) => operands[0].Shape.Rank >= 2
        ? operands[0]
        : throw new ShapeMismatchException($"Band: shape {operands[0].Shape} is not that of a matrix or of a batch of matrices; reshape it.");

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        UniformStorage.Fill(result, 0);
        (int rows, int columns) = (result.Type.Shape[^2], result.Type.Shape[^1]);
        for (int row = 0; columns > 0 && row < result.Count / columns; row++)
        {
            int i = row % rows;
            int first = (int)Math.Clamp((long)i + Lowest, 0, columns);
            int end = (int)Math.Clamp((long)i + Highest + 1, first, columns);
            int at = (row * columns) + first;
            Array.Copy(operands[0].Data, operands[0].Offset + at, result.Data, result.Offset + at, end - first);
        }
    }

    /// <inheritdoc/>
    public override double? FoldUniform(ReadOnlySpan<TensorType> types, ReadOnlySpan<double> scalars) =>
        BitConverter.DoubleToInt64Bits(scalars[0]) == 0 ? 0 : null;

    /// <inheritdoc/>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size) => Of(operands[0].Tensor);

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => Of(tangents[0]!);

    /// <inheritdoc/>
    public override Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands) => [Of(cotangent)];

    /// <inheritdoc/>
    public override LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands) => LiveMasks.Moved(this, operands);
}
