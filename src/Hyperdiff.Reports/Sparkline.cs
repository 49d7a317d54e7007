namespace Hyperdiff.Reports;

/// <summary>A course of numbers in one line of text.</summary>
internal static class Sparkline
{
    private const string Blocks = "▁▂▃▄▅▆▇█";
    private const string Ascii = "_.-~=+*#";

    // what is spread over more decades than a line has heights is shown by its logarithm
    private const double Decades = 100;

    /// <summary>Draws numbers, the means of as many groups as fit; what is not finite is <c>×</c>.</summary>
    /// <param name="values">The numbers, in their order.</param>
    /// <param name="width">The number of characters at most.</param>
    /// <param name="unicode">Whether blocks can be shown.</param>
    public static string Of(IReadOnlyList<double> values, int width, bool unicode = true)
    {
        int cells = Math.Min(width, values.Count);
        var means = new double[cells];
        for (int cell = 0; cell < cells; cell++)
        {
            (int from, int to) = ((int)((long)cell * values.Count / cells), (int)((cell + 1L) * values.Count / cells));
            means[cell] = 0;
            for (int i = from; i < to; i++)
            {
                // divided first: the sum of numbers that are near the largest one is none
                means[cell] += values[i] / (to - from);
            }
        }

        double[] finite = Array.FindAll(means, double.IsFinite);
        if (finite.Length == 0)
        {
            return new string(unicode ? '×' : 'x', cells);
        }

        bool logarithmic = finite.Min() > 0 && finite.Max() / finite.Min() > Decades;
        Func<double, double> scale = logarithmic ? Math.Log : value => value;
        (double least, double most) = (scale(finite.Min()), scale(finite.Max()));
        string heights = unicode ? Blocks : Ascii;
        return string.Concat(means.Select(mean => !double.IsFinite(mean) ? unicode ? '×' : 'x'
            : heights[Height(scale(mean), least, most, heights.Length)]));
    }

    private static int Height(double value, double least, double most, int heights)
    {
        double share = (value / 2) - (least / 2), range = (most / 2) - (least / 2);
        return range == 0 ? 0 : Math.Clamp((int)(share / range * heights), 0, heights - 1);
    }
}
