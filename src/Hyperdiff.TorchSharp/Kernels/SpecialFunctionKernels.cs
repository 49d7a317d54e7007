using Hyperdiff.Primitives;
using TorchSharp;
using static Hyperdiff.TorchSharp.Kernels.Numbers;

namespace Hyperdiff.TorchSharp.Kernels;

/// <summary>Error functions and those around Γ, in double precision wherever the device has it.</summary>
internal static class SpecialFunctionKernels
{
    // beyond, e^(−x²) is 0 in float64
    private static readonly Scalar s_beyond = 64.0, s_before = -64.0, s_splitter = 134217729.0, s_splitterOfSingle = 4097.0;
    private static readonly Scalar s_notANumber = double.NaN, s_infinite = double.PositiveInfinity, s_least = -10_000.5, s_pi = Math.PI;
    private static readonly Scalar s_density = GeluSlope.Density, s_minusQuarter = -0.25;
    private static readonly Scalar s_scale = ErrorFunction.RootOfTwo * ErrorFunction.Scale;
    private static readonly Scalar[] s_scaledComplement = [.. ErrorFunction.ScaledComplement.ToArray().Select(coefficient => (Scalar)coefficient)];

    public static IEnumerable<KeyValuePair<Type, TorchKernel>> All { get; } =
    [
        Line.Of<Erf>(x => InDouble(x, a => a.erf())),
        Line.Of<Erfc>(x => InDouble(x, a => a.erfc())),
        Line.Of<ErfInv>(x => InDouble(x, InverseErrorKernel.Of)),
        Line.Of<ErfcInv>(x => InDouble(x, InverseErrorKernel.OfComplement)),
        Line.Of<Gaussian>(x => InDouble(x, Bell)),
        Line.Of<Gelu>(x => InDouble(x, Gated)),
        Line.Of<GeluSlope>(x => InDouble(x, SlopeOfGated)),
        Line.Of<LogGamma>(x => InDouble(x, a => a.lgamma().masked_fill(a.isinf().logical_and(a.lt(Zero)), s_notANumber))),
        Line.With<Polygamma>((polygamma, x) => InDouble(x, a => DerivativeOfLogGamma(a, polygamma.Order))),
    ];

    private static torch.Tensor Bell(torch.Tensor x)
    {
        (torch.Tensor high, torch.Tensor low) = Squared(x.clamp(s_before, s_beyond));
        return high.neg().exp().mul(One - low);
    }

    // the rounding of x² is made up for: x² = high + low exactly, by Dekker's product
    private static (torch.Tensor High, torch.Tensor Low) Squared(torch.Tensor x)
    {
        torch.Tensor split = x.mul(x.dtype == torch.ScalarType.Float32 ? s_splitterOfSingle : s_splitter);
        torch.Tensor upper = split.sub(split.sub(x)), lower = x.sub(upper), high = x.square();
        return (high, upper.square().sub(high).add(upper.mul(lower).mul(Two)).add(lower.square()));
    }

    // x less x (1 − Φ(x)), of which the second is all below 0
    private static torch.Tensor Gated(torch.Tensor x)
    {
        torch.Tensor size = x.abs().clamp_max(s_beyond), lost = TimesNormal(size.mul(NormalShare(size)), size);
        return torch.where(x.lt(Zero), lost.neg(), x.sub(lost));
    }

    private static torch.Tensor SlopeOfGated(torch.Tensor x)
    {
        torch.Tensor size = x.abs().clamp_max(s_beyond), below = TimesNormal(NormalShare(size).sub(size.mul(s_density)), size);
        return torch.where(x.lt(Zero), below, One - below);
    }

    // e^(x²/2) (1 − Φ(x)) for x ≥ 0, by the series of the definition, as libtorch's erfcx is its erfc in this version of TorchSharp
    private static torch.Tensor NormalShare(torch.Tensor x)
    {
        torch.Tensor t = x.add(s_scale).reciprocal().mul(s_scale), s = t.mul(Two).sub(One);
        torch.Tensor next = torch.zeros_like(x), current = torch.zeros_like(x), twice = s.mul(Two);
        for (int i = s_scaledComplement.Length - 1; i > 0; i--)
        {
            (next, current) = (current, twice.mul(current).sub(next).add(s_scaledComplement[i]));
        }

        return s.mul(current).sub(next).add(s_scaledComplement[0]).mul(t).div(Two);
    }

    // y e^(−x²/2), multiplied by the root of it twice: nothing is subnormal that the result is not
    private static torch.Tensor TimesNormal(torch.Tensor y, torch.Tensor x)
    {
        (torch.Tensor high, torch.Tensor low) = Squared(x);
        torch.Tensor root = high.mul(s_minusQuarter).exp();
        return y.mul(One - low.div(Two)).mul(root).mul(root);
    }

    // reflected, ψ(x) = ψ(1 − x) − π / tan πx, by the distance from the pole, which is exact
    private static torch.Tensor Digamma(torch.Tensor x)
    {
        torch.Tensor negative = x.lt(Zero);
        torch.Tensor reflected = (One - x).digamma().sub(x.sub(x.round()).mul(s_pi).tan().reciprocal().mul(s_pi));
        return torch.where(negative, reflected, x.digamma());
    }

    // ψ⁽ⁿ⁾(x) = −(−1)ⁿ n! ζ(n + 1, x); libtorch's ψ′ has 10 digits, and its ζ counts up from x, so that nothing far below 0 may reach it
    private static torch.Tensor DerivativeOfLogGamma(torch.Tensor x, int order)
    {
        torch.Tensor pole = x.le(Zero).logical_and(x.eq(x.floor()));
        if (order == 0)
        {
            return torch.where(pole, torch.where(x.eq(Zero), x.reciprocal().neg(), torch.full_like(x, s_notANumber)), Digamma(x));
        }

        double factorial = 1;
        for (int k = 2; k <= order; k++)
        {
            factorial *= k;
        }

        using Scalar factor = order % 2 == 0 ? -factorial : factorial, first = order + 1.0;
        torch.Tensor value = torch.special.zeta(torch.full_like(x, first), x.clamp_min(s_least)).mul(factor);
        torch.Tensor atPole = order % 2 != 0 ? torch.full_like(x, s_infinite)
            : torch.where(x.eq(Zero), x.reciprocal().neg(), torch.full_like(x, s_notANumber));
        return torch.where(pole, atPole, value.masked_fill(x.lt(s_least), s_notANumber).masked_fill(x.eq(s_infinite), Zero));
    }
}
