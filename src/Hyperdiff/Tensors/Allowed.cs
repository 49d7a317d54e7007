using System.Numerics;
using System.Runtime.CompilerServices;

namespace Hyperdiff;

/// <summary>What is allowed as an argument: each returns the value, or throws naming it. No comparison lets NaN through, which is neither below nor above a
/// limit.</summary>
internal static class Allowed
{
    /// <summary>Above 0 and finite.</summary>
    public static double Positive(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value > 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, "The number must be above 0 and finite.");

    /// <summary>At least 0 and finite.</summary>
    public static double NonNegative(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, "The number must be at least 0 and finite.");

    /// <summary>Finite.</summary>
    public static double Finite(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, "The number must be finite.");

    /// <summary>At least <paramref name="least"/> and below <paramref name="below"/>.</summary>
    public static double Within(double least, double value, double below, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= least && value < below ? value : throw new ArgumentOutOfRangeException(name, value, $"The number must be at least {least} and below {below}.");

    /// <summary>Above 0 and below 1.</summary>
    public static double Fraction(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value is > 0 and < 1 ? value : throw new ArgumentOutOfRangeException(name, value, "The number must be above 0 and below 1.");

    /// <summary>Above 0 and at most <paramref name="most"/>.</summary>
    public static double PositiveUpTo(double most, double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value > 0 && value <= most ? value : throw new ArgumentOutOfRangeException(name, value, $"The number must be above 0 and at most {most}.");

    /// <summary>At least <paramref name="least"/>.</summary>
    public static T AtLeast<T>(T least, T value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : INumber<T> => value >= least ? value : throw new ArgumentOutOfRangeException(name, value, $"The number must be at least {least}.");

    /// <summary>Not null.</summary>
    public static T Given<T>(T? value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : class => value ?? throw new ArgumentNullException(name);

    /// <summary>What a function of the caller's returned, which is not null.</summary>
    /// <param name="value">The result.</param>
    /// <param name="what">The function, for the message.</param>
    public static T Returned<T>(T? value, string what) => value is null
        ? throw new ArgumentException($"{what} returned null; it must return a value, and Tensor.Zeros where there is nothing.")
        : value;
}
