using System.Numerics;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>The tangent of a softmax along an axis, <c>p (v − Σ p v)</c>, or of its logarithm, <c>v − Σ p v</c>, with all digits also where one p is nearly 1;
/// or the transpose of either.</summary>
/// <remarks>
/// <para>Operands: x, its shares p, and the direction v, in which it is linear.</para>
/// <para>The shares do not change if all elements of a slice change alike. So v is seen from the greatest x, whose share may be 1 in all digits: what is
/// subtracted of it moves only the others, whose shares have all digits, and <c>p (1 − p)</c> comes out right as p times the sum of the others. Where several
/// are the greatest it is the mean of theirs.</para>
/// </remarks>
/// <param name="Axis">The axis along which the shares sum to 1, not of size 0.</param>
/// <param name="OfLogarithm">Whether it is the derivative of the logarithm.</param>
/// <param name="IsTransposed">Whether v is a cotangent, and the result that of x.</param>
internal sealed record ShareDerivative(int Axis, bool OfLogarithm, bool IsTransposed = false) : Composite
{
    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        Elementwise.RequireSame(Name, operands);
        Elementwise.RequireFloating(Name, operands[0]);
        Extremum.RequireElements(Name, new Axes(Axis), operands[0].Shape);
        return operands[2];
    }

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

    /// <inheritdoc/>
    public override Tensor Expand(ReadOnlySpan<Tensor> operands) => Expand(operands[0], operands[1], operands[2]);

    /// <summary>Where all items have the same shares, what is made of these alone is not repeated.</summary>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size) => operands[0].IsBatched || operands[1].IsBatched
        ? (this with { Axis = Axis + 1 }).Of(Batches.Repeated(operands, size))
        : Expand(operands[0].Tensor, operands[1].Tensor, operands[2].Tensor);

    /// <summary>Which x is the greatest does not move.</summary>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents)
    {
        (Tensor x, Tensor p, Tensor v) = (operands[0], operands[1], operands[2]);
        Tensor? ofDirection = tangents[2] is { } dv ? Of(x, p, dv) : null, ofShares = tangents[1] is { } dp ? OfShares(dp) : null;
        return ofDirection is null ? ofShares : ofShares is null ? ofDirection : ofDirection + ofShares;

        Tensor OfShares(Tensor dp)
        {
            if (!IsTransposed)
            {
                Tensor moved = -(dp * SeenFromTheGreatest(x, v)).Sum(Axis, keepAxis: true);
                return OfLogarithm ? moved.BroadcastTo(v.Shape) : (dp * (this with { OfLogarithm = true }).Of(x, p, v)) + (p * moved);
            }

            Tensor sum = (OfLogarithm ? v : p * v).Sum(Axis, keepAxis: true);
            return SeenFromTheGreatestTransposed(
                x, OfLogarithm ? dp * -sum : (dp * (v - sum)) + (p * -(dp * v).Sum(Axis, keepAxis: true)));
        }
    }

    /// <inheritdoc/>
    public override Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands) =>
        [null, null, (this with { IsTransposed = !IsTransposed }).Of(operands[0].Value, operands[1].Value, cotangent)];

    /// <summary>A slice is live if one of its elements is.</summary>
    public override LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands)
    {
        Tensor result = Of(LiveMasks.Tensors(operands));
        Tensor? mask = operands[2].Mask is { } live ? live.Any(Axis, keepAxis: true).BroadcastTo(live.Shape) : null;
        return LiveMasks.Product(result, mask, bounded: false);
    }

    // v may have further axes in front of those of x and p
    private Tensor Expand(Tensor x, Tensor p, Tensor v)
    {
        int axis = Axis - x.Rank;
        if (!IsTransposed)
        {
            Tensor seen = SeenFromTheGreatest(x, v), all = seen + -(p * seen).Sum(axis, keepAxis: true);
            return OfLogarithm ? all : p * all;
        }

        Tensor terms = OfLogarithm ? v : p * v;
        return SeenFromTheGreatestTransposed(x, terms + (p * -terms.Sum(axis, keepAxis: true)));
    }

    private Tensor SeenFromTheGreatest(Tensor x, Tensor v)
    {
        (int axis, Tensor attains) = (Axis - x.Rank, Attains(x));

        // signs and quotients where there is one for a slice, forwards and back
        return v + -((v * attains).Sum(axis, keepAxis: true) / attains.Sum(axis, keepAxis: true));
    }

    private Tensor SeenFromTheGreatestTransposed(Tensor x, Tensor v)
    {
        (int axis, Tensor attains) = (Axis - x.Rank, Attains(x));
        return v + (attains * (-v.Sum(axis, keepAxis: true) / attains.Sum(axis, keepAxis: true)));
    }

    private Tensor Attains(Tensor x) => x.Equals(x.Max(Axis, keepAxis: true), string.Empty).To(x.DType);

    private void Run<T>(ReadOnlySpan<HostArray> operands, HostArray result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> x = operands[0].AsSpan<T>(), p = operands[1].AsSpan<T>(), v = operands[2].AsSpan<T>(), y = result.AsSpan<T>();
        int size = result.Type.Shape[Axis], stride = result.Type.Shape.Strides()[Axis];
        double[] share = new double[size], attains = new double[size], moved = new double[size];
        for (int slice = 0; slice < y.Length / size; slice++)
        {
            int start = (slice / stride * size * stride) + (slice % stride);
            double greatest = double.NegativeInfinity;
            for (int j = 0; j < size; j++)
            {
                greatest = Math.Max(greatest, double.CreateTruncating(x[start + (j * stride)]));
            }

            for (int j = 0; j < size; j++)
            {
                int at = start + (j * stride);
                (share[j], moved[j]) = (double.CreateTruncating(p[at]), double.CreateTruncating(v[at]));
                attains[j] = double.CreateTruncating(x[at]) == greatest ? 1 : 0;
            }

            Move(share, attains, moved);
            for (int j = 0; j < size; j++)
            {
                y[start + (j * stride)] = T.CreateTruncating(moved[j]);
            }
        }
    }

    // one slice: the definition
    private void Move(double[] p, double[] attains, double[] v)
    {
        int count = v.Length;
        double greatest = attains.Sum();
        if (!IsTransposed)
        {
            double mean = v.Zip(attains, (a, b) => a * b).Sum() / greatest, all = v.Zip(p, (a, b) => (a - mean) * b).Sum();
            for (int i = 0; i < count; i++)
            {
                v[i] = (OfLogarithm ? 1 : p[i]) * (v[i] - mean - all);
            }

            return;
        }

        for (int i = 0; i < count; i++)
        {
            v[i] *= OfLogarithm ? 1 : p[i];
        }

        double sum = v.Sum();
        for (int i = 0; i < count; i++)
        {
            v[i] -= p[i] * sum;
        }

        double share = v.Sum() / greatest;
        for (int i = 0; i < count; i++)
        {
            v[i] -= attains[i] * share;
        }
    }
}
