using Hyperdiff.Primitives;

namespace Hyperdiff;

/// <summary>How far the value of an elementwise function moves while its operands move within given distances: a bound that holds for distances of any size,
/// not of first order.</summary>
/// <remarks>
/// Monotone functions are evaluated at both ends; of the others the slope is bounded over the interval. So <c>x²</c> at an x that cancels to 0 has the spread
/// e², of which its derivative there knows nothing. In float64, whatever the function's own type.
/// </remarks>
internal static class ElementwiseSpread
{
    private static readonly Tensor s_infinite = Tensor.Scalar(double.PositiveInfinity);

    /// <summary>The bound; null where there is no rule for the function.</summary>
    /// <param name="function">The function.</param>
    /// <param name="x">Its operands, in float64, of one shape.</param>
    /// <param name="e">How far each may be off, of the same shape; null for not at all, not for all.</param>
    public static Tensor? Of(Elementwise function, Tensor[] x, Tensor?[] e)
    {
        Tensor[] all = [.. x.Select((operand, i) => e[i] ?? Tensor.ZerosLike(operand))];
        Tensor? spread = function switch
        {
            Unary unary => OfUnary(unary, x[0], all[0]),
            Binary binary => OfBinary(binary, (x[0], all[0]), (x[1], all[1])),
            _ => null,
        };
        return spread is null ? null : Tensor.Where(all.Aggregate((sum, one) => sum + one).Equal(0), 0, spread);
    }

    private static Tensor? OfUnary(Unary function, Tensor x, Tensor e) => function switch
    {
        Negate or Abs or StopGradient => e,
        Exp or Expm1 or Log or Log1p or Log2 or Log10 or Sqrt or Cbrt or Asin or Acos or Atan or Sinh or Tanh or Asinh or Acosh or Atanh or Sigmoid or Softplus
            or Erf or Erfc or ErfInv or ErfcInv or PiecewiseConstant => Ends(function, x, e),

        // a pole between the ends turns their order around
        Tan => Tensor.Where(((x + e).Tan() >= (x - e).Tan()) & (e < 1.5), Ends(function, x, e), s_infinite),
        Polygamma => Tensor.Where(x > e, Ends(function, x, e), s_infinite),

        // the slope of ln Γ grows with x
        LogGamma => Tensor.Where(x > e, (x - e).Digamma().Abs().Maximum((x + e).Digamma().Abs()) * e, s_infinite),

        // |φ″| ≤ 1
        Sin => ((x.Cos().Abs() * e) + (0.5 * e.Square())).Minimum(2),
        Cos => ((x.Sin().Abs() * e) + (0.5 * e.Square())).Minimum(2),
        OneMinusSquare => e * ((2 * x.Abs()) + e),

        // even, and monotone in |x|
        Cosh or SechSquared or Gaussian => Even(function, x, e),
        NumberPower power => OfPower(power, x, e),

        // monotone between the zeros of their slopes
        Silu => Between(function, x, e, -1.2784645427610738),
        SiluSlope => Between(function, x, e, -2.399357280520068, 2.399357280520068),
        Gelu => Between(function, x, e, -0.7517915246935645),
        GeluSlope => Between(function, x, e, -Math.Sqrt(2), Math.Sqrt(2)),
        _ => null,
    };

    private static Tensor? OfBinary(Binary function, (Tensor X, Tensor E) left, (Tensor X, Tensor E) right)
    {
        ((Tensor x, Tensor dx), (Tensor y, Tensor dy)) = (left, right);
        return function switch
        {
            Add or Subtract or Hypot => dx + dy,
            Maximum or Minimum => dx.Maximum(dy),
            Multiply => (x.Abs() * dy) + (y.Abs() * dx) + (dx * dy),
            Divide => Tensor.Where(y.Abs() > dy, (dx + ((x / y).Abs() * dy)) / (y.Abs() - dy), s_infinite),
            Power => Corners(function, left, right, x > dx),
            Modulo => OfRemainder(left, right),

            // of an angle and of its cosine, seen from the origin, unless the cut of the angle is within reach
            Atan2 => Tensor.Where((dx >= x.Abs()) & (dx > 0) & (y < dy), 2 * Math.PI, Angle(left, right)),
            Cosine => Angle(left, right).Minimum(2),

            // |σ′| ≤ ¼
            BinaryCrossEntropySlope => Ends(Sigmoid.Instance, x, dx) + dy,
            BinaryCrossEntropy => (BinaryCrossEntropySlope.Instance.Of(x, y).Abs() * dx) + (0.125 * dx.Square()) + (x.Abs() * dy) + (dx * dy),
            _ => null,
        };
    }

    private static Tensor Ends(Unary function, Tensor x, Tensor e)
    {
        Tensor y = function.Of(x);
        return (function.Of(x + e) - y).Abs().Maximum((function.Of(x - e) - y).Abs());
    }

    // the extremes are at the ends, or at those turns that are within reach
    private static Tensor Between(Unary function, Tensor x, Tensor e, params ReadOnlySpan<double> turns)
    {
        Tensor y = function.Of(x), spread = Ends(function, x, e);
        foreach (double turn in turns)
        {
            spread = spread.Maximum((function.Of((x - e).Maximum((x + e).Minimum(turn))) - y).Abs());
        }

        return spread;
    }

    private static Tensor Even(Unary function, Tensor x, Tensor e)
    {
        (Tensor y, Tensor size) = (function.Of(x), x.Abs());
        return (function.Of(size + e) - y).Abs().Maximum((function.Of((size - e).Maximum(0)) - y).Abs());
    }

    private static Tensor OfPower(NumberPower power, Tensor x, Tensor e)
    {
        (double p, Tensor size) = (power.Exponent, x.Abs());
        return p == 0 ? Tensor.ZerosLike(x)
            : p >= 1 ? p * (size + e).Pow(p - 1) * e
            : p > 0 ? Tensor.Where(x >= 0, Even(power, x, e), s_infinite)
            : Tensor.Where(p == Math.Round(p) ? size > e : x > e, Even(power, size, e), s_infinite);
    }

    // monotone in each for the other as it is, so that the extremes are at corners
    private static Tensor Corners(Binary function, (Tensor X, Tensor E) left, (Tensor X, Tensor E) right, Tensor holds)
    {
        Tensor z = function.Of(left.X, right.X), spread = Tensor.ZerosLike(z);
        foreach ((double first, double second) in new[] { (1.0, 1.0), (1, -1), (-1, 1), (-1, -1) })
        {
            spread = spread.Maximum((function.Of(left.X + (first * left.E), right.X + (second * right.E)) - z).Abs());
        }

        return Tensor.Where(holds, spread, s_infinite);
    }

    // a quotient that may round to another whole number may be off by the whole divisor; twice the distance, for the rounding of the quotient itself
    private static Tensor OfRemainder((Tensor X, Tensor E) left, (Tensor X, Tensor E) right)
    {
        Tensor whole = (left.X / right.X).Floor(), jumps = Tensor.ZerosLike(whole);
        foreach ((double first, double second) in new[] { (2.0, 2.0), (2, -2), (-2, 2), (-2, -2) })
        {
            jumps = jumps.Maximum((((left.X + (first * left.E)) / (right.X + (second * right.E))).Floor() - whole).Abs());
        }

        Tensor smooth = left.E + (whole.Abs() * right.E);
        Tensor within = jumps.Equal(0) & (right.X.Abs() > 2 * right.E);
        return Tensor.Where(within, smooth, smooth + right.X.Abs() + right.E);
    }

    private static Tensor Angle((Tensor X, Tensor E) left, (Tensor X, Tensor E) right)
    {
        (Tensor moved, Tensor radius) = (left.E.Hypot(right.E), left.X.Hypot(right.X));
        return Tensor.Where(radius > moved, 2 * moved / (radius - moved), s_infinite);
    }
}
