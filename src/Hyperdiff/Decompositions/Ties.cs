using System.Globalization;

namespace Hyperdiff.Decompositions;

/// <summary>When two eigenvalues or singular values count as equal.</summary>
/// <remarks>
/// A decomposition finds them with an error of a few ε max|w|, so that a quotient by their difference δ has the relative error ε max|w|/δ, whatever is divided.
/// What divides by δ needs a part of its digits to be right, and says how many; closer values are a tie, and nothing is divided by their difference.
/// </remarks>
internal static class Ties
{
    /// <summary>The part of the digits that a first quotient may lose: below n ε^¾ max|w| less than a quarter of them would be right.</summary>
    public const double FirstQuotient = 0.75;

    /// <summary>The same for quotients of quotients, which divide rounding errors by δ²: at n ε^⅓ max|w| a third of the digits is right.</summary>
    public const double SecondQuotient = 1.0 / 3;

    /// <summary>The largest difference of a tie.</summary>
    /// <param name="values">The eigenvalues or singular values.</param>
    /// <param name="epsilon">The rounding unit of their element type.</param>
    /// <param name="power">Of ε: the part of the digits that may be lost.</param>
    public static double Width(ReadOnlySpan<double> values, double epsilon, double power)
    {
        double largest = 0;
        foreach (double value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return values.Length * Math.Pow(epsilon, power) * largest;
    }

    /// <summary>The largest difference of a tie for what derivatives of a given order divide by.</summary>
    /// <remarks>
    /// The k-th derivative of a vector divides rounding errors by δᵏ: closer than ε^(1/(k + 1)) max|w| less than so large a part of the digits would be right.
    /// </remarks>
    /// <param name="values">The eigenvalues or singular values.</param>
    /// <param name="epsilon">The rounding unit of their element type.</param>
    /// <param name="order">k, from 1.</param>
    public static double WidthOfOrder(ReadOnlySpan<double> values, double epsilon, int order)
    {
        double first = Width(values, epsilon, FirstQuotient);
        return order == 1 || values.IsEmpty ? first : Math.Max(first, Width(values, epsilon, 1.0 / (order + 1)) / values.Length);
    }

    /// <summary>The exception for a quotient by the difference of equal values.</summary>
    /// <param name="item">The item.</param>
    /// <param name="of">What the values are.</param>
    /// <param name="pair">Which two.</param>
    /// <param name="at">The first of them, and how much they differ.</param>
    public static LinearAlgebraException Tied(MatrixItem<double> item, string of, (int I, int J) pair, (double Value, double Gap) at) => item.Failed(
        LinearAlgebraFailure.Degenerate, Math.Max(pair.I, pair.J), string.Create(
            CultureInfo.InvariantCulture,
            $"{of} {Math.Min(pair.I, pair.J)} and {Math.Max(pair.I, pair.J)} are equal to rounding ({at.Value:G6}){Apart(at.Gap)}, so that ")
            + "their vectors have no derivative, and functions in which they are not alike no second one; use a function that is symmetric in the values "
            + "alone, or one without a decomposition (Linalg.Solve, Linalg.LogDeterminant).");

    private static string Apart(double gap) => gap == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $" and {Math.Abs(gap):G3} apart");
}
