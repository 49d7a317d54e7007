using Hyperdiff.Primitives;

namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>The error function 2/√π ∫₀ˣ e^(−t²) dt of every element.</summary>
    public Tensor Erf() => Primitives.Erf.Instance.Of(this);

    /// <summary>1 − erf x of every element, accurate where erf x is near 1.</summary>
    public Tensor Erfc() => Primitives.Erfc.Instance.Of(this);

    /// <summary>The inverse of <see cref="Erf"/> of every element: ±∞ at ±1, NaN beyond; within 4 units in the last place.</summary>
    public Tensor ErfInv() => Primitives.ErfInv.Instance.Of(this);

    /// <summary>The inverse of <see cref="Erfc"/> of every element, accurate where x is near 0: ∞ at 0, −∞ at 2, NaN beyond.</summary>
    public Tensor ErfcInv() => Primitives.ErfcInv.Instance.Of(this);

    /// <summary>ln |Γ(x)| of every element: ∞ at 0, −1, −2, ….</summary>
    public Tensor LogGamma() => Primitives.LogGamma.Instance.Of(this);

    /// <summary>The digamma function ψ(x) = (ln Γ)′(x) of every element; ∓∞ at ±0, NaN at −1, −2, ….</summary>
    public Tensor Digamma() => Floating().Polygamma(0);

    private const int GreatestOrder = 170;

    /// <summary>The derivative of order n of the digamma function, of every element. At 0, −1, −2, … it is ∞ for odd n; for even n it is ∓∞ at ±0, and NaN at
    /// −1, −2, …. NaN for n ≥ 1 below −10⁴.</summary>
    /// <param name="order">n from 0 to 170, the last whose factorial float64 holds.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is outside.</exception>
    public Tensor Polygamma(int order)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(order);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order, GreatestOrder);
        return new Polygamma(order).Of(this);
    }
}
