using Hyperdiff.Primitives;
using TorchSharp;
using static Hyperdiff.TorchSharp.Kernels.Numbers;

namespace Hyperdiff.TorchSharp.Kernels;

/// <summary>Functions of numbers. Where libtorch overflows, underflows or rounds earlier than the definition, they are composed as that is.</summary>
internal static class ElementwiseKernels
{
    private static readonly Scalar s_third = 1.0 / 3, s_wholeBelow = 2147483648.0, s_wholeFrom = -2147483648.0;

    // beyond, the logistic function of −|x| is 0, and so is its product with x
    private static readonly (Scalar Before, Scalar Beyond, Scalar Half) s_far = (-Silu.Far, Silu.Far, -0.5);

    public static IEnumerable<KeyValuePair<Type, TorchKernel>> All { get; } =
    [
        Line.Of<Abs>(x => x.abs()),
        Line.Of<Negate>(x => x.neg()),
        Line.Of<Exp>(x => x.exp()),
        Line.Of<Expm1>(x => x.expm1()),
        Line.Of<Log>(x => x.log()),
        Line.Of<Log1p>(x => x.log1p().copysign(x)),
        Line.Of<Log2>(x => x.log2()),
        Line.Of<Log10>(x => x.log10()),
        Line.Of<Sqrt>(x => x.sqrt()),
        Line.Of<Cbrt>(CubeRoot),
        Line.Of<Sin>(x => x.sin()),
        Line.Of<Cos>(x => x.cos()),
        Line.Of<Tan>(x => x.tan()),
        Line.Of<Asin>(x => x.asin()),
        Line.Of<Acos>(x => x.acos()),
        Line.Of<Atan>(x => x.atan()),
        Line.Of<Sinh>(x => x.sinh()),
        Line.Of<Cosh>(x => x.cosh()),
        Line.Of<Tanh>(x => x.tanh()),
        Line.Of<Asinh>(x => x.asinh()),
        Line.Of<Acosh>(x => x.acosh()),
        Line.Of<Atanh>(x => x.atanh()),
        Line.Of<Floor>(x => x.floor()),
        Line.Of<Ceiling>(x => x.ceil()),
        Line.Of<Round>(x => x.round()),
        Line.Of<Truncate>(x => x.trunc()),
        Line.Of<StopGradient>(x => x),
        Line.Of<OneMinusSquare>(x => (One - x).mul(One + x)),
        Line.Of<SechSquared>(SechSquare),
        Line.Of<Sigmoid>(Logistic),
        Line.Of<Silu>(Swish),
        Line.Of<SiluSlope>(SwishSlope),
        Line.Of<Softplus>(SoftPlus),
        Line.With<NumberPower>((power, x) => ToPower(x, power.Exponent)),
        Line.With<Add>((_, x, y) => Whole(x, y, (a, b) => a.add(b))),
        Line.With<Subtract>((_, x, y) => Whole(x, y, (a, b) => a.sub(b))),
        Line.With<Multiply>((_, x, y) => Whole(x, y, (a, b) => a.mul(b))),
        Line.Of<Divide>((x, y) => x.div(y)),
        Line.With<Modulo>((_, x, y) => Remainder(x, y)),
        Line.Of<Power>((x, y) => x.pow(y)),
        Line.Of<Atan2>((y, x) => y.atan2(x)),
        Line.Of<Hypot>(Hypotenuse),
        Line.Of<Cosine>(CosineOf),
        Line.Of<BinaryCrossEntropy>(CrossEntropy),
        Line.Of<BinaryCrossEntropySlope>(CrossEntropySlope),
        Line.With<Hyperdiff.Primitives.Convert>((convert, x) => Converted(x, convert.Target)),
    ];

    /// <summary>The power of two by which numbers of which this is the greatest magnitude are squared safely.</summary>
    public static torch.Tensor ScaleOf(torch.Tensor greatest)
    {
        (double huge, double shrink, double tiny, double stretch) = SquaringScale.Of(greatest.dtype.ToHyperdiff());
        using Scalar above = huge, below = tiny, down = shrink, up = stretch;
        return torch.ones_like(greatest).masked_fill(greatest.gt(above), down).masked_fill(greatest.lt(below), up);
    }

    /// <summary><c>√(x² + y²)</c> without overflow or underflow of the squares.</summary>
    public static torch.Tensor Hypotenuse(torch.Tensor x, torch.Tensor y)
    {
        torch.Tensor scale = ScaleOf(x.abs().maximum(y.abs()));
        (x, y) = (x.mul(scale), y.mul(scale));
        return x.square().add(y.square()).sqrt().mul(scale.reciprocal());
    }

    // libtorch's vectors give up where the quotient is too large for them
    private static torch.Tensor? Remainder(torch.Tensor x, torch.Tensor y)
    {
        torch.Tensor remainder = x.remainder(y);
        torch.Tensor wrong = remainder.isnan().logical_and(x.isfinite()).logical_and(y.isnan().logical_not()).logical_and(y.ne(Zero));
        return wrong.any().ToBoolean() ? null : remainder;
    }

    // libtorch's own has the square root's edges: ∞ of −∞ and 0 of −0 are not among them
    private static torch.Tensor ToPower(torch.Tensor x, double exponent)
    {
        if (exponent is 0 or 1 or 2 or -1)
        {
            return exponent switch { 0 => torch.ones_like(x), 1 => x, 2 => x.square(), _ => x.reciprocal() };
        }

        return InDouble(x, base_ => base_.pow(base_.new_full(Array.Empty<long>(), exponent)));
    }

    private static torch.Tensor CubeRoot(torch.Tensor x)
    {
        torch.Tensor size = x.abs(), root = size.pow(s_third);

        // one step of Newton's, since the exponent 1/3 is rounded
        torch.Tensor better = root.sub(root.sub(size.div(root.square())).div(Three));
        return torch.where(size.eq(Zero).logical_or(size.isinf()), size, better).copysign(x);
    }

    private static torch.Tensor SechSquare(torch.Tensor x)
    {
        torch.Tensor size = x.abs(), e = size.add(size).neg().exp();
        return e.mul(Four).div(e.add(One).square());
    }

    private static torch.Tensor Logistic(torch.Tensor x)
    {
        torch.Tensor e = x.abs().neg().exp();
        return torch.where(x.lt(Zero), e, torch.ones_like(e)).div(e.add(One));
    }

    private static torch.Tensor Swish(torch.Tensor x)
    {
        torch.Tensor near = x.clamp_min(s_far.Before), e = near.abs().mul(s_far.Half).exp();
        return torch.where(near.lt(Zero), near.mul(e).mul(e), near).div(e.square().add(One));
    }

    private static torch.Tensor SwishSlope(torch.Tensor x)
    {
        torch.Tensor near = x.clamp(s_far.Before, s_far.Beyond), e = near.abs().mul(s_far.Half).exp(), upper = e.square().add(One).reciprocal();
        torch.Tensor negative = near.lt(Zero), slope = near.mul(torch.where(negative, upper, upper.mul(e).mul(e))).add(One).mul(upper);
        return torch.where(negative, slope.mul(e).mul(e), slope);
    }

    private static torch.Tensor SoftPlus(torch.Tensor x) => x.clamp_min(Zero).add(x.abs().neg().exp().log1p());

    // in the direction of an infinite operand the finite one is 0
    private static torch.Tensor CosineOf(torch.Tensor x, torch.Tensor y)
    {
        torch.Tensor infinite = x.isinf().logical_or(y.isinf());
        (x, y) = (torch.where(infinite, Direction(x), x), torch.where(infinite, Direction(y), y));
        torch.Tensor scale = ScaleOf(x.abs().maximum(y.abs()));
        (x, y) = (x.mul(scale), y.mul(scale));
        torch.Tensor root = x.square().add(y.square()).sqrt();
        return torch.where(root.eq(Zero), root, x.div(root));

        static torch.Tensor Direction(torch.Tensor number) => torch.where(number.isnan(), number, number.isinf().to(number.dtype).copysign(number));
    }

    private static torch.Tensor CrossEntropy(torch.Tensor x, torch.Tensor y)
    {
        torch.Tensor upper = y.add(y).ge(One), logit = torch.where(upper, x.neg(), x), rest = torch.where(upper, One - y, y), loss = SoftPlus(logit);
        torch.Tensor certain = logit.isinf().logical_and(logit.gt(Zero));
        return torch.where(rest.eq(Zero), loss, torch.where(certain, logit, loss.sub(rest.mul(logit))));
    }

    private static torch.Tensor CrossEntropySlope(torch.Tensor x, torch.Tensor y) =>
        torch.where(y.add(y).ge(One), (One - y).sub(Logistic(x.neg())), Logistic(x).sub(y));

    /// <summary>Numbers as they are; integers in 64 bits, and no result where 32 bits do not hold one.</summary>
    private static torch.Tensor? Whole(torch.Tensor x, torch.Tensor y, Func<torch.Tensor, torch.Tensor, torch.Tensor> function)
    {
        if (x.dtype != torch.ScalarType.Int32)
        {
            return function(x, y);
        }

        torch.Tensor exact = function(x.to(torch.ScalarType.Int64), y.to(torch.ScalarType.Int64)), narrow = exact.to(torch.ScalarType.Int32);
        return exact.ne(narrow).any().ToBoolean() ? null : narrow;
    }

    private static torch.Tensor? Converted(torch.Tensor x, DType target)
    {
        if (x.dtype == target.ToTorch())
        {
            return x;
        }

        if (target == DType.Bool)
        {
            return x.ne(x.dtype == torch.ScalarType.Int32 ? WholeZero : Zero);
        }

        if (target != DType.Int32 || x.dtype == torch.ScalarType.Bool)
        {
            return x.to(target.ToTorch());
        }

        torch.Tensor whole = x.trunc();
        return whole.ge(s_wholeFrom).logical_and(whole.lt(s_wholeBelow)).all().ToBoolean() ? whole.to(torch.ScalarType.Int32) : null;
    }
}
