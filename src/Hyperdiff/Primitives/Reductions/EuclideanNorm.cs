using System.Numerics;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>The Euclidean norm over some axes, <c>y = √Σx²</c>, without overflow or underflow of the squares; <c>ẏ = Σ (x/y) ẋ</c>, and 0 where y is 0, as are
/// all its derivatives there.</summary>
/// <param name="Reduced">The axes that disappear.</param>
internal sealed record EuclideanNorm(Axes Reduced) : Reduction(Reduced)
{
    /// <summary>The operation that takes it, for warnings about the kink at 0.</summary>
    public string Within { get; init; } = "Norm";

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

    // where y is 0 so are x and their quotient by ∞, to any order
    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents)
    {
        Tensor divisor = Tensor.Where(result.Equals(0, string.Empty), double.PositiveInfinity, result);
        return new Sum(Reduced).Of(tangents[0]! * (operands[0] / Stretch(divisor, operands[0].Shape)));
    }

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) => operands[0].Count == 0
        ? [] : [KinkMask.At(Within, 0, results[0].Equal(0))];

    private void Run<T>(HostArray operand, HostArray result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> x = operand.AsSpan<T>();
        int[] targets = Targets(operand.Type.Shape);
        var greatest = new T[result.Count];
        for (int i = 0; i < x.Length; i++)
        {
            greatest[targets[i]] = T.Max(greatest[targets[i]], T.Abs(x[i]));
        }

        var sums = new double[result.Count];
        for (int i = 0; i < x.Length; i++)
        {
            double scaled = double.CreateTruncating(x[i] * SquaringScale.Of(greatest[targets[i]]).Scale);
            sums[targets[i]] += scaled * scaled;
        }

        Span<T> y = result.AsSpan<T>();
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = T.CreateTruncating(Math.Sqrt(sums[i])) * SquaringScale.Of(greatest[i]).Reciprocal;
        }
    }
}
