using Hyperdiff.Primitives;

namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>eˣ of every element.</summary>
    public Tensor Exp() => Primitives.Exp.Instance.Of(this);

    /// <summary>eˣ − 1 of every element, accurate near 0.</summary>
    public Tensor Expm1() => Primitives.Expm1.Instance.Of(this);

    /// <summary>The natural logarithm of every element: −∞ at 0, NaN below.</summary>
    public Tensor Log() => Primitives.Log.Instance.Of(this);

    /// <summary>ln(1 + x) of every element, accurate near 0: −∞ at −1, NaN below.</summary>
    public Tensor Log1p() => Primitives.Log1p.Instance.Of(this);

    /// <summary>The logarithm to base 2 of every element: −∞ at 0, NaN below.</summary>
    public Tensor Log2() => Primitives.Log2.Instance.Of(this);

    /// <summary>The logarithm to base 10 of every element: −∞ at 0, NaN below.</summary>
    public Tensor Log10() => Primitives.Log10.Instance.Of(this);

    /// <summary>The square of every element.</summary>
    public Tensor Square()
    {
        Elementwise.RequireNumbers(nameof(Square), Type);
        return this * this;
    }

    /// <summary>The square root of every element: NaN below 0; the derivative is infinite at 0.</summary>
    public Tensor Sqrt() => Primitives.Sqrt.Instance.Of(this);

    /// <summary>1/√x of every element: ∞ at 0, NaN below.</summary>
    public Tensor Rsqrt() => 1 / Floating().Sqrt();

    /// <summary>The cube root of every element, also of negative ones; the derivative is infinite at 0.</summary>
    public Tensor Cbrt() => Primitives.Cbrt.Instance.Of(this);

    /// <summary>1/x of every element.</summary>
    public Tensor Reciprocal() => 1 / Floating();

    /// <summary>Every element to the power of a number. Whole powers hold at 0 and for negative elements.</summary>
    /// <param name="exponent">The power; x⁰ is 1 everywhere, with derivative 0.</param>
    public Tensor Pow(double exponent) => exponent switch
    {
        1 => this,
        2 => Square(),
        _ => new NumberPower(exponent).Of(this),
    };

    /// <summary>Every element to the power of an element; shapes broadcast.</summary>
    /// <param name="exponent">The powers; the shapes broadcast. Their derivative needs the logarithm of this tensor: it is NaN for negative elements, and 0 at
    /// 0.</param>
    public Tensor Pow(Tensor exponent) => Power.Instance.Broadcast(this, Allowed.Given(exponent));

    /// <summary>The absolute value of every element; the derivative at 0 is 0.</summary>
    public Tensor Abs() => Primitives.Abs.Instance.Of(this);

    /// <summary>1, −1 or 0 by the sign of every element; the derivative is 0.</summary>
    public Tensor Sign() => Primitives.Sign.Instance.Of(this);

    /// <summary>The greater of two elements, NaN if one is; shapes broadcast. Where they are equal, the derivative is shared equally.</summary>
    public Tensor Maximum(Tensor other) => Primitives.Maximum.Instance.Broadcast(this, Allowed.Given(other));

    /// <summary>The greater of every element and a number. Where they are equal, half of the derivative is the element's.</summary>
    public Tensor Maximum(double other) => Maximum(Literal(other, this));

    /// <summary>The smaller of two elements, NaN if one is; shapes broadcast. Where they are equal, the derivative is shared equally.</summary>
    public Tensor Minimum(Tensor other) => Primitives.Minimum.Instance.Broadcast(this, Allowed.Given(other));

    /// <summary>The smaller of every element and a number. Where they are equal, half of the derivative is the element's.</summary>
    public Tensor Minimum(double other) => Minimum(Literal(other, this));

    /// <summary>√(x² + y²) of two elements, without overflow or underflow of the squares; shapes broadcast. Where it is 0, its derivatives are 0 too.</summary>
    public Tensor Hypot(Tensor other) => Primitives.Hypot.Instance.Broadcast(this, Allowed.Given(other));

    /// <summary>Every element, or the nearer end of an interval if it lies outside. The derivative is 1 in the interval, its ends included, and 0
    /// outside.</summary>
    /// <param name="low">The lower end.</param>
    /// <param name="high">The upper end, not below the lower.</param>
    /// <exception cref="ArgumentException">The lower end lies above the upper.</exception>
    public Tensor Clamp(double low, double high) => low <= high
        ? Where(Below(low), low, Where(Above(high), high, this))
        : throw new ArgumentException($"Clamp: the interval from {low} to {high} is empty; exchange its ends.",
            double.IsNaN(low) || double.IsInfinity(low) ? nameof(low) : nameof(high));

    /// <summary>The same numbers with a derivative of 0: what depends on them is differentiated as if they were constants.</summary>
    public Tensor StopGradient() => DType.IsFloating() ? Primitives.StopGradient.Instance.Of(this) : this;

    /// <summary>The same numbers in another element type; differentiable between floating types.</summary>
    /// <param name="dtype">The element type. To <c>int32</c> numbers are cut towards zero, and those that it does not hold, NaN too, are an
    /// <see cref="OverflowException"/>; to <c>bool</c> they are compared with 0.</param>
    public Tensor To(DType dtype) => dtype == DType ? this : new Primitives.Convert(dtype).Of(this);
}
