using System.Numerics;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>The greatest or smallest element over some axes; NaN if one is, and so are its derivatives then. Where several are equal the derivative is shared
/// equally among them.</summary>
/// <remarks><c>ẏ = Σ ẋ [x = y] / Σ [x = y]</c>: the mean of the tangents of the elements that attain it.</remarks>
/// <param name="Reduced">The axes that disappear, none of size 0.</param>
internal abstract record Extremum(Axes Reduced) : Reduction(Reduced)
{
    /// <summary>Of two elements the one that wins: the definition.</summary>
    public abstract T Pick<T>(T x, T y)
        where T : INumber<T>;

    /// <inheritdoc/>
    public sealed override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        Elementwise.RequireNumbers(Name, operands[0]);
        TensorType result = base.InferResult(operands);
        RequireElements(Name, Reduced, operands[0].Shape);
        return result;
    }

    /// <inheritdoc/>
    public sealed override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        switch (result.Type.DType)
        {
            case DType.Float32:
                Run<float>(operands[0], result);
                break;
            case DType.Float64:
                Run<double>(operands[0], result);
                break;
            default:
                Run<int>(operands[0], result);
                break;
        }
    }

    /// <inheritdoc/>
    public sealed override double? FoldUniform(ReadOnlySpan<TensorType> types, ReadOnlySpan<double> scalars) => scalars[0];

    /// <inheritdoc/>
    public sealed override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents)
    {
        // the tie is this primitive's own; a result that is not a number is attained by all, and shared out as no number
        Tensor isNumber = result.Equal(result);
        Tensor attains = operands[0].Equals(Stretch(result, operands[0].Shape), string.Empty) | !Stretch(isNumber, operands[0].Shape);
        Tensor count = Tensor.Where(isNumber, new Sum(Reduced).Of(attains.To(result.DType)), double.NaN);
        return new Sum(Reduced).Of(Tensor.Where(attains, tangents[0]!, 0)) / count;
    }

    internal static void RequireElements(string name, Axes reduced, Shape shape)
    {
        foreach (int axis in reduced)
        {
            if (shape[axis] == 0)
            {
                throw new ShapeMismatchException(
                    $"{name}: shape {shape} has no elements along axis {axis}, so there is none to return; treat an empty tensor separately.");
            }
        }
    }

    private void Run<T>(HostArray operand, HostArray result)
        where T : unmanaged, INumber<T>
    {
        Span<T> x = operand.AsSpan<T>();
        Span<T> y = result.AsSpan<T>();
        int[] targets = Targets(operand.Type.Shape);
        var seen = new bool[y.Length];
        for (int i = 0; i < x.Length; i++)
        {
            int target = targets[i];
            y[target] = seen[target] ? Pick(y[target], x[i]) : x[i];
            seen[target] = true;
        }
    }

    /// <inheritdoc/>
    public sealed override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) =>
        [KinkMask.Tie(Name, new Sum(Reduced).Of(operands[0].Equal(Stretch(results[0], operands[0].Shape)).To(DType.Float64)) > 1)];
}

/// <summary>The greatest element over some axes.</summary>
/// <param name="Reduced">The axes that disappear, none of size 0.</param>
internal sealed record Max(Axes Reduced) : Extremum(Reduced)
{
    /// <inheritdoc/>
    public override T Pick<T>(T x, T y) => T.Max(x, y);
}

/// <summary>The smallest element over some axes.</summary>
/// <param name="Reduced">The axes that disappear, none of size 0.</param>
internal sealed record Min(Axes Reduced) : Extremum(Reduced)
{
    /// <inheritdoc/>
    public override T Pick<T>(T x, T y) => T.Min(x, y);
}
