using System.CommandLine.Parsing;
using System.Globalization;

namespace Hyperdiff.Examples;

/// <summary>What the values of options must be. A missing value is not their concern.</summary>
public static class OptionRules
{
    /// <summary>A whole number, not below a least one and not above a greatest.</summary>
    public static void AtLeast(OptionResult result, int least, int greatest = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (Text(result) is not { } text)
        {
            return;
        }

        bool isNumber = int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int value);
        if (!isNumber || value < least)
        {
            result.AddError($"{result.Option.Name} {text}: a whole number of at least {least} is needed");
        }
        else if (value > greatest)
        {
            result.AddError($"{result.Option.Name} {text}: at most {greatest} can be kept in memory");
        }
    }

    /// <summary>A finite number above 0.</summary>
    public static void Positive(OptionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (Text(result) is { } text && (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value)
            || value <= 0))
        {
            result.AddError($"{result.Option.Name} {text}: a positive number is needed");
        }
    }

    /// <summary>A name that is not empty.</summary>
    public static void Named(OptionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (Text(result) is { } text && string.IsNullOrWhiteSpace(text))
        {
            result.AddError($"{result.Option.Name}: the name of the file is empty");
        }
    }

    /// <summary>One of two words.</summary>
    public static void OneOf(OptionResult result, string first, string second)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (Text(result) is { } text && text != first && text != second)
        {
            result.AddError($"{result.Option.Name} {text}: {first} or {second} is needed");
        }
    }

    // an empty value is a value, and a wrong one
    private static string? Text(OptionResult result) => result.Tokens.Count > 0 ? result.Tokens[^1].Value : null;
}
