namespace Hyperdiff;

/// <summary>What settings of solvers may be. Constructors, factories and <c>with</c> all pass here.</summary>
internal static class Setting
{
    /// <summary>A count of at least so many.</summary>
    public static int Count(int value, int least, string name) => value >= least
        ? value
        : throw new ArgumentOutOfRangeException(name, value, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name} is at least {least}."));

    /// <summary>A finite number above 0.</summary>
    public static double Positive(double value, string name) => value > 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} is positive and finite.");

    /// <summary>A finite number that is not negative.</summary>
    public static double NotNegative(double value, string name) => value >= 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} is not negative, and finite.");

    /// <summary>A number from 0 up to, and without, 1.</summary>
    public static double BelowOne(double value, string name) => value is >= 0 and < 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} is at least 0 and below 1.");

    /// <summary>A key that is one, not several.</summary>
    public static RandomKey OneKey(RandomKey value, string name) => Given(value, name).Shape.Rank == 0
        ? value
        : throw new ShapeMismatchException($"{name} is {value.Shape} keys; take one of them.");

    /// <summary>A value that is there.</summary>
    public static T Given<T>(T value, string name)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(value, name);
        return value;
    }
}
