using System.CommandLine.Parsing;
using System.Globalization;

namespace Hyperdiff.Examples;

/// <summary>What the values of options must be. A missing value is not their concern.</summary>
internal static class OptionRules
{
    public static void AtLeast(OptionResult result, int least)
    {
        string text = Text(result);
        if (text.Length > 0 && (!int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) || value < least))
        {
            result.AddError($"{result.Option.Name} {text}: a whole number of at least {least} is needed");
        }
    }

    public static void Positive(OptionResult result)
    {
        string text = Text(result);
        if (text.Length > 0 && (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value) || value <= 0))
        {
            result.AddError($"{result.Option.Name} {text}: a positive number is needed");
        }
    }

    public static void OneOf(OptionResult result, string first, string second)
    {
        string text = Text(result);
        if (text.Length > 0 && text != first && text != second)
        {
            result.AddError($"{result.Option.Name} {text}: {first} or {second} is needed");
        }
    }

    private static string Text(OptionResult result) => result.Tokens.Count > 0 ? result.Tokens[^1].Value : string.Empty;
}
