using Hyperdiff.Primitives;
using TorchSharp;
using static Hyperdiff.TorchSharp.Kernels.Numbers;

namespace Hyperdiff.TorchSharp.Kernels;

/// <summary>The inverses of erf and erfc by the same quotients of polynomials as their definition, <see cref="InverseErrorFunction"/>: what is drawn from a
/// normal distribution has the same digits on every backend, and libtorch's own has few in the tails.</summary>
internal static class InverseErrorKernel
{
    private static readonly Scalar s_end = InverseErrorFunction.MiddleEnd, s_square = InverseErrorFunction.MiddleSquare;
    private static readonly Scalar s_near = InverseErrorFunction.NearTailStart, s_far = InverseErrorFunction.FarTailStart;
    private static readonly Scalar s_rootHalf = Math.Sqrt(0.5), s_infinite = double.PositiveInfinity;
    private static readonly Scalar[] s_middle = Scalars(InverseErrorFunction.Middle), s_underMiddle = Scalars(InverseErrorFunction.UnderMiddle);
    private static readonly Scalar[] s_nearTail = Scalars(InverseErrorFunction.NearTail), s_underNearTail = Scalars(InverseErrorFunction.UnderNearTail);
    private static readonly Scalar[] s_farTail = Scalars(InverseErrorFunction.FarTail), s_underFarTail = Scalars(InverseErrorFunction.UnderFarTail);

    public static torch.Tensor Of(torch.Tensor x)
    {
        torch.Tensor half = x.mul(OneHalf);
        return torch.where(half.abs().le(s_end), Central(half), Tail((One - x.abs()).mul(OneHalf)).copysign(x));
    }

    public static torch.Tensor OfComplement(torch.Tensor x)
    {
        torch.Tensor distance = (One - x).mul(OneHalf);
        torch.Tensor tails = torch.where(x.lt(One), Tail(x.mul(OneHalf)), Tail((Two - x).mul(OneHalf)).neg());
        return torch.where(distance.abs().le(s_end), Central(distance), tails);
    }

    // distance = p − 1/2 of the probability p below the quantile
    private static torch.Tensor Central(torch.Tensor distance)
    {
        torch.Tensor r = s_square - distance.square();
        return distance.mul(s_rootHalf).mul(Polynomial(s_middle, r)).div(Polynomial(s_underMiddle, r));
    }

    // the quantile above which the probability is p; NaN for p < 0 by the logarithm
    private static torch.Tensor Tail(torch.Tensor p)
    {
        torch.Tensor r = p.log().neg().sqrt(), near = r.sub(s_near), far = r.sub(s_far);
        torch.Tensor quantile = torch.where(r.le(s_far), Polynomial(s_nearTail, near).div(Polynomial(s_underNearTail, near)),
            Polynomial(s_farTail, far).div(Polynomial(s_underFarTail, far)));
        return quantile.mul(s_rootHalf).masked_fill(p.eq(Zero), s_infinite);
    }

    private static torch.Tensor Polynomial(Scalar[] coefficients, torch.Tensor x)
    {
        torch.Tensor sum = torch.full_like(x, coefficients[^1]);
        for (int i = coefficients.Length - 2; i >= 0; i--)
        {
            sum = sum.mul(x).add(coefficients[i]);
        }

        return sum;
    }

    private static Scalar[] Scalars(ReadOnlySpan<double> numbers)
    {
        var scalars = new Scalar[numbers.Length];
        for (int i = 0; i < scalars.Length; i++)
        {
            scalars[i] = numbers[i];
        }

        return scalars;
    }
}
