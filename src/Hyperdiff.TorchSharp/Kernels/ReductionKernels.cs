using Hyperdiff.Primitives;
using TorchSharp;
using static Hyperdiff.TorchSharp.Kernels.Numbers;

namespace Hyperdiff.TorchSharp.Kernels;

/// <summary>Sums, norms and extrema over axes, and running sums.</summary>
internal static class ReductionKernels
{
    public static IEnumerable<KeyValuePair<Type, TorchKernel>> All { get; } =
    [
        Line.With<Sum>((sum, x) => sum.Reduced.Count == 0 ? x : x.sum(RearrangingKernels.Longs(sum.Reduced))),
        Line.With<Max>((max, x) => max.Reduced.Count == 0 ? x : Greatest(x, RearrangingKernels.Longs(max.Reduced))),
        Line.With<Min>((min, x) => min.Reduced.Count == 0 ? x : x.dtype == torch.ScalarType.Int32
            ? x.amin(RearrangingKernels.Longs(min.Reduced)) : Greatest(x.neg(), RearrangingKernels.Longs(min.Reduced)).neg()),
        Line.All<EuclideanNorm>((norm, x, type) => Euclidean(x[0], norm.Reduced, type)),
        Line.All<OffsetNorm>((norm, x, type) =>
        {
            torch.Tensor root = Euclidean(x[0], norm.Reduced, type);
            using Scalar offset = norm.Offset;
            return ElementwiseKernels.Hypotenuse(root, root.new_full(root.shape, offset));
        }),
        Line.All<PowerNorm>((norm, x, type) => InDouble(x[0], a => ByPower(a, norm, type))),
        Line.With<Softmax>((softmax, x) =>
        {
            torch.Tensor powers = x.sub(Shift(x, softmax.Axis)).exp();
            return powers.div(powers.sum(softmax.Axis, keepdim: true));
        }),
        Line.With<LogSoftmax>((softmax, x) =>
        {
            torch.Tensor shifted = x.sub(Shift(x, softmax.Axis));
            return shifted.sub(Rest(shifted, softmax.Axis).log1p());
        }),
        Line.With<LogSumExp>((sum, x) =>
        {
            torch.Tensor shift = Shift(x, sum.Axis);
            return Rest(x.sub(shift), sum.Axis).log1p().add(shift);
        }),
        Line.All<ShareDerivative>((derivative, x, _) => Moved(derivative, x[0], x[1], x[2])),
        Line.With<LinearRecurrence>(Recurrence),
    ];

    private static torch.Tensor Moved(ShareDerivative derivative, torch.Tensor x, torch.Tensor p, torch.Tensor v)
    {
        torch.Tensor attains = x.eq(x.amax([derivative.Axis], keepdim: true)).to(x.dtype), count = Sum(attains);
        if (!derivative.IsTransposed)
        {
            torch.Tensor seen = v.sub(Sum(v.mul(attains)).div(count)), all = seen.sub(Sum(p.mul(seen)));
            return derivative.OfLogarithm ? all : p.mul(all);
        }

        torch.Tensor moved = v.sub(p.mul(Sum(v)));
        return moved.sub(attains.mul(Sum(moved).div(count)));

        torch.Tensor Sum(torch.Tensor y) => y.sum(derivative.Axis, keepdim: true);
    }

    // of 0 and −0 the greater is 0, which libtorch leaves to chance
    private static torch.Tensor Greatest(torch.Tensor x, long[] axes)
    {
        torch.Tensor greatest = x.amax(axes);
        if (x.dtype == torch.ScalarType.Int32)
        {
            return greatest;
        }

        torch.Tensor zero = x.eq(Zero).logical_and(x.signbit().logical_not()).to(x.dtype).amax(axes);
        return torch.where(greatest.eq(Zero), zero.sub(OneHalf).mul(Zero), greatest);
    }

    // an infinite maximum shifts nothing: ∞ − ∞ is not a number
    private static torch.Tensor Shift(torch.Tensor x, long axis)
    {
        torch.Tensor greatest = x.amax([axis], keepdim: true);
        return torch.where(greatest.isfinite(), greatest, greatest.new_zeros(greatest.shape));
    }

    // Σ eᵈ − 1 of elements less their maximum: those that attain it count as they are
    private static torch.Tensor Rest(torch.Tensor shifted, long axis)
    {
        torch.Tensor greatest = shifted.eq(Zero);
        torch.Tensor small = shifted.exp().masked_fill(greatest, Zero).sum(axis, keepdim: true);
        return small.add(greatest.to(shifted.dtype).sum(axis, keepdim: true).sub(One));
    }

    private static torch.Tensor Euclidean(torch.Tensor x, Axes reduced, TensorType type)
    {
        if (reduced.Count == 0)
        {
            return x.abs();
        }

        if (x.NumberOfElements == 0)
        {
            return x.new_zeros(type.Shape.ToTorch());
        }

        long[] axes = RearrangingKernels.Longs(reduced);
        if (x.device_type == DeviceType.CPU && Plain(x, axes) is { } plain)
        {
            return plain;
        }

        torch.Tensor scale = ElementwiseKernels.ScaleOf(x.abs().amax(axes, keepdim: true));
        return x.mul(scale).square().sum(axes).sqrt().mul(scale.reciprocal().reshape(type.Shape.ToTorch()));
    }

    // in one pass, where no square can have left the range: one truth value tells, which costs a CPU less than the passes that make sure
    private static torch.Tensor? Plain(torch.Tensor x, long[] axes)
    {
        (double huge, _, double tiny, _) = SquaringScale.Of(x.dtype.ToHyperdiff());
        using Scalar most = huge, least = tiny;
        torch.Tensor norm = torch.linalg.vector_norm(x, 2, axes);
        return norm.ge(least).logical_and(norm.le(most)).all().ToBoolean() ? norm : null;
    }

    private static torch.Tensor ByPower(torch.Tensor x, PowerNorm norm, TensorType type)
    {
        if (x.NumberOfElements == 0)
        {
            return x.new_zeros(type.Shape.ToTorch());
        }

        long[] axes = RearrangingKernels.Longs(norm.Reduced);
        torch.Tensor sizes = x.abs(), unit = axes.Length == 0 ? sizes : sizes.amax(axes, keepdim: true);
        unit = torch.where(unit.gt(Zero).logical_and(unit.isfinite()), unit, torch.ones_like(unit));
        using Scalar power = norm.Power, root = 1 / norm.Power;
        torch.Tensor powers = sizes.div(unit).pow(power), sum = axes.Length == 0 ? powers : powers.sum(axes);
        return sum.pow(root).mul(unit.reshape(type.Shape.ToTorch()));
    }

    // one step after the other: no division and no product of coefficients occurs, so 0 and ∞ among them do no harm beyond the definition's
    private static torch.Tensor Recurrence(LinearRecurrence recurrence, torch.Tensor a, torch.Tensor b)
    {
        int axis = recurrence.Axis;
        long size = b.shape[axis];
        if (b.NumberOfElements == 0)
        {
            return b;
        }

        var values = new torch.Tensor[size];
        long first = recurrence.Reverse ? size - 1 : 0, step = recurrence.Reverse ? -1 : 1;
        values[first] = b.select(axis, first);
        for (long i = 1; i < size; i++)
        {
            long at = first + (i * step);
            values[at] = a.select(axis, at).mul(values[at - step]).add(b.select(axis, at));
        }

        return torch.stack(values, axis);
    }
}
