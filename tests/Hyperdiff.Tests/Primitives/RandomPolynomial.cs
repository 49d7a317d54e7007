using FsCheck;
using FsCheck.Fluent;

namespace Hyperdiff.Tests.Primitives;

/// <summary>A polynomial in one variable with small whole coefficients, the derivatives of which are known.</summary>
/// <param name="Coefficients">That of xⁿ at place n.</param>
public sealed record RandomPolynomial(int[] Coefficients)
{
    /// <summary>Roundings of a value or a derivative up to the third, at points of size below 1: each term is at most its coefficient times n³, and is rounded
    /// at most 4n times.</summary>
    public double Roundings => 1 + Coefficients.Select((coefficient, n) => Math.Abs(coefficient) * Math.Pow(n, 3) * 4 * n).Sum();

    /// <summary>Polynomials of degree up to 6; they shrink to those with a coefficient less.</summary>
    public static Arbitrary<RandomPolynomial> Arbitrary() => Arb.From(
        Gen.Choose(1, 7).SelectMany(count => Gen.ArrayOf(Gen.Choose(-5, 5), count)).Select(coefficients => new RandomPolynomial(coefficients)),
        polynomial => polynomial.Coefficients.Length > 1 ? [new RandomPolynomial(polynomial.Coefficients[..^1])] : Array.Empty<RandomPolynomial>());

    /// <summary>The polynomial as an expression: powers by products with the one before, which are shared.</summary>
    public Tensor At(Tensor x)
    {
        Tensor sum = Tensor.ZerosLike(x);
        Tensor power = Tensor.OnesLike(x);
        foreach (int coefficient in Coefficients)
        {
            sum += coefficient * power;
            power *= x;
        }

        return sum;
    }

    /// <summary>The derivative, symbolically.</summary>
    public RandomPolynomial Derivative() => new([.. Coefficients.Select((coefficient, n) => coefficient * n).Skip(1)]);

    /// <summary>The value.</summary>
    public double Value(double x) => Coefficients.Select((coefficient, n) => coefficient * Math.Pow(x, n)).Sum();

    /// <inheritdoc/>
    public override string ToString() => string.Join(" + ", Coefficients.Select((coefficient, n) => $"{coefficient} x^{n}"));
}
