using System.Globalization;
using System.Net;
using System.Text;

namespace Hyperdiff.Reports;

/// <summary>Text of users, and numbers, as parts of a page.</summary>
internal static class HtmlText
{
    /// <summary>Any text as text of HTML or of an attribute in double quotes.</summary>
    public static string Escaped(string text) => WebUtility.HtmlEncode(Printable(text));

    /// <summary>A text without what neither HTML nor SVG may contain: control characters, and halves of characters.</summary>
    public static string Printable(string text)
    {
        var printable = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool isBlank = rune.Value is '\n' or '\t';
            bool isForbidden = (Rune.IsControl(rune) && !isBlank) || (rune.Value & 0xFFFE) == 0xFFFE;
            printable.Append(isForbidden ? Rune.ReplacementChar : rune);
        }

        return printable.ToString();
    }

    /// <summary>A number for a person to read.</summary>
    public static string Number(double value) => double.IsNaN(value) ? "NaN"
        : double.IsInfinity(value) ? value > 0 ? "∞" : "−∞"
        : value.ToString("G5", CultureInfo.InvariantCulture).Replace('-', '−');

    /// <summary>A count.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A time.</summary>
    public static string Time(TimeSpan time) => time switch
    {
        { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time.Minutes:D2}:{time.Seconds:D2}"),
    };
}
