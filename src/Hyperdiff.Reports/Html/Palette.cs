using System.Globalization;
using OxyPlot;

namespace Hyperdiff.Reports;

/// <summary>Colors that a drawing names and a page decides: each is drawn as a color that stands for it, and is a variable of the style sheet in the
/// page, so that one drawing serves light and dark.</summary>
internal static class Palette
{
    /// <summary>How many colors there are for lines.</summary>
    public const int Lines = 8;

    // no other color of a drawing has these two
    private const byte Mark = 251;
    private const byte Second = 17;
    private static readonly string[] s_names =
        ["ink", "grid", "warn", .. Enumerable.Range(1, Lines).Select(i => string.Create(CultureInfo.InvariantCulture, $"line{i}"))];

    /// <summary>Text and axes.</summary>
    public static OxyColor Ink { get; } = Stand(0);

    /// <summary>Lines of the grid.</summary>
    public static OxyColor Grid { get; } = Stand(1);

    /// <summary>What is not to be trusted.</summary>
    public static OxyColor Warn { get; } = Stand(2);

    /// <summary>A line, from 0.</summary>
    public static OxyColor Line(int i) => Stand(3 + (i % Lines));

    /// <summary>The variable of a line.</summary>
    public static string LineVariable(int i) => $"var(--{s_names[3 + (i % Lines)]})";

    /// <summary>An attribute of a drawing, with variables instead of the colors that stand for them.</summary>
    public static string WithVariables(string attribute)
    {
        for (int i = 0; i < s_names.Length; i++)
        {
            attribute = attribute.Replace(string.Create(CultureInfo.InvariantCulture, $"rgb({i},{Second},{Mark})"), $"var(--{s_names[i]})",
                StringComparison.Ordinal);
        }

        return attribute;
    }

    private static OxyColor Stand(int i) => OxyColor.FromRgb((byte)i, Second, Mark);
}
