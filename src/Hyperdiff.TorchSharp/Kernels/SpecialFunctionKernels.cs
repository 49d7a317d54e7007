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
    private static readonly Scalar s_rootOfHalf = Math.Sqrt(0.5), s_density = GeluSlope.Density;

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

    // the rounding of x² is made up for: x² = high + low exactly, by Dekker's product
    private static torch.Tensor Bell(torch.Tensor x)
    {
        torch.Tensor near = x.clamp(s_before, s_beyond), split = near.mul(x.dtype == torch.ScalarType.Float32 ? s_splitterOfSingle : s_splitter);
        torch.Tensor upper = split.sub(split.sub(near)), lower = near.sub(upper), high = near.square();
        torch.Tensor low = upper.square().sub(high).add(upper.mul(lower).mul(Two)).add(lower.square());
        return high.neg().exp().mul(One - low);
    }

    // x less x (1 − Φ(x)), of which the second is all below 0
    private static torch.Tensor Gated(torch.Tensor x)
    {
        torch.Tensor size = x.abs().clamp_max(s_beyond), lost = size.mul(Tail(size));
        return torch.where(x.lt(Zero), lost.neg(), x.sub(lost));
    }

    private static torch.Tensor SlopeOfGated(torch.Tensor x)
    {
        torch.Tensor size = x.abs().clamp_max(s_beyond), below = Tail(size).sub(Bell(size.mul(s_rootOfHalf)).mul(s_density).mul(size));
        return torch.where(x.lt(Zero), below, One - below);
    }

    // 1 − Φ(x) for x ≥ 0
    private static torch.Tensor Tail(torch.Tensor x) => x.mul(s_rootOfHalf).erfc().div(Two);

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
