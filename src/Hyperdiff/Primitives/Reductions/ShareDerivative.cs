using System.Numerics;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>The tangent of a softmax along an axis, <c>p (v − Σ p v)</c>, which is its own transpose; or of its logarithm, <c>v − Σ p v</c>, or the transpose
/// of that, <c>v − p Σ v</c>: with all digits also where one p is nearly 1.</summary>
/// <remarks>
/// <para>Operands: x, its shares p, and the direction v, in which it is linear.</para>
/// <para>The shares do not change if all elements of a slice change alike. So v is seen from the greatest x, whose share may be 1 in all digits: what is
/// subtracted of it moves only the others, whose shares have all digits, and <c>p (1 − p)</c> comes out right as p times the sum of the others. Where several
/// are the greatest it is the mean of theirs.</para>
/// <para>For k that are the greatest, whose shares are equal, and q the sum of the other shares, <c>p = (1 − q)/k</c>. So the transpose of the logarithm
/// has there <c>(v − A/k) + (q Σ v − W)/k</c>, where <c>Σ v = A + W</c> is that of the greatest and of the others: for one of them the first difference
/// is 0.</para>
/// </remarks>
/// <param name="Axis">The axis along which the shares sum to 1, not of size 0.</param>
/// <param name="OfLogarithm">Whether it is the derivative of the logarithm.</param>
/// <param name="IsTransposed">Whether v is a cotangent of the logarithm, and the result that of x.</param>
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
    public override Tensor Expand(ReadOnlySpan<Tensor> operands)
    {
        (Tensor x, Tensor p, Tensor v) = (operands[0], operands[1], operands[2]);
        if (!IsTransposed)
        {
            return Along(x, p, v);
        }

        Tensor attains = x.Equals(x.Max(Axis, keepAxis: true), string.Empty), count = Chosen(Tensor.OnesLike(x));
        Tensor ofGreatest = Chosen(v), ofOthers = Others(v), sum = ofGreatest + ofOthers, rest = ((Others(p) * sum) - ofOthers) / count;
        return Tensor.Where(attains, v + -(ofGreatest / count) + rest, v + (p * -sum));

        Tensor Chosen(Tensor terms) => Sum(Tensor.Where(attains, terms, 0));

        Tensor Others(Tensor terms) => Sum(Tensor.Where(attains, 0, terms));

        Tensor Sum(Tensor terms) => terms.Sum(Axis, keepAxis: true);
    }

    /// <summary>Where all items have the same shares, what is made of these alone is not repeated.</summary>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size) => operands[0].IsBatched || operands[1].IsBatched
        ? (this with { Axis = Axis + 1 }).Of(Batches.Repeated(operands, size))
        : Along(operands[0].Tensor, operands[1].Tensor, operands[2].Tensor);

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

            return SeenFromTheGreatestTransposed(x, dp * -v.Sum(Axis, keepAxis: true));
        }
    }

    /// <inheritdoc/>
    public override Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands) =>
        [null, null, (OfLogarithm ? this with { IsTransposed = !IsTransposed } : this).Of(operands[0].Value, operands[1].Value, cotangent)];

    /// <summary>A slice is live if one of its elements is.</summary>
    public override LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands)
    {
        Tensor result = Of(LiveMasks.Tensors(operands));
        Tensor? mask = operands[2].Mask is { } live ? live.Any(Axis, keepAxis: true).BroadcastTo(live.Shape) : null;
        return LiveMasks.Product(result, mask, bounded: false);
    }

    // v may have further axes in front of those of x and p
    private Tensor Along(Tensor x, Tensor p, Tensor v)
    {
        int axis = Axis - x.Rank;
        if (IsTransposed)
        {
            return SeenFromTheGreatestTransposed(x, v + (p * -v.Sum(axis, keepAxis: true)));
        }

        Tensor seen = SeenFromTheGreatest(x, v), all = seen + -(p * seen).Sum(axis, keepAxis: true);
        return OfLogarithm ? all : p * all;
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

    // a choice by a comparison is one line of a plan, a mask as numbers two
    private Tensor Attains(Tensor x) => Tensor.Where(x.Equals(x.Max(Axis, keepAxis: true), string.Empty), Tensor.OnesLike(x), 0);

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
            double seen = v.Zip(attains, (a, b) => a * b).Sum() / greatest, all = v.Zip(p, (a, b) => (a - seen) * b).Sum();
            for (int i = 0; i < count; i++)
            {
                v[i] = (OfLogarithm ? 1 : p[i]) * (v[i] - seen - all);
            }

            return;
        }

        double ofGreatest = Chosen(v, 1), ofOthers = Chosen(v, 0), others = Chosen(p, 0), sum = ofGreatest + ofOthers;
        for (int i = 0; i < count; i++)
        {
            v[i] = attains[i] == 0
                ? v[i] - (p[i] * sum)
                : v[i] - (ofGreatest / greatest) + (((others * sum) - ofOthers) / greatest);
        }

        double Chosen(double[] terms, double attained) => terms.Where((_, i) => attains[i] == attained).Sum();
    }
}
