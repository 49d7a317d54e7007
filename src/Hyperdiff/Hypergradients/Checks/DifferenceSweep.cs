namespace Hyperdiff;

/// <summary>The derivative of a function of one number at 0, by central differences with ever smaller steps, extrapolated.</summary>
/// <remarks>
/// Central differences are off by a series in even powers of the step, so that <c>(4ʲ D(s/2) − D(s)) / (4ʲ − 1)</c> takes away one power after the other; rounding grows as 1/s. The entry of the
/// table whose neighbours agree best is kept, and how well they agree is its error. Steps at which the function is not finite are left out. Source: Ridders (1982), "Accurate computation of
/// F′(x) and F′(x)F″(x)", Advances in Engineering Software 4; Richardson (1911), §2.
/// </remarks>
internal static class DifferenceSweep
{
    private const int Steps = 10;

    /// <summary>The derivative, and how far it may be off; NaN if the function is not finite at the steps.</summary>
    /// <param name="function">f.</param>
    /// <param name="largest">The largest step; the others are its halves.</param>
    public static (double Derivative, double Error) At(Func<double, double> function, double largest)
    {
        (double best, double error) = (double.NaN, double.PositiveInfinity);
        var previous = new List<double>();
        for (int k = 0; k < Steps; k++)
        {
            double step = largest * Math.Pow(2, -k);
            double central = (function(step) - function(-step)) / (2 * step);
            if (!double.IsFinite(central))
            {
                previous.Clear();
                continue;
            }

            var row = new List<double> { central };
            for (int j = 1; j <= previous.Count; j++)
            {
                double power = Math.Pow(4, j);
                row.Add(((power * row[j - 1]) - previous[j - 1]) / (power - 1));
                double disagreement = Math.Max(Math.Abs(row[j] - row[j - 1]), Math.Abs(row[j] - previous[j - 1]));
                if (disagreement < error)
                {
                    (best, error) = (row[j], disagreement);
                }
            }

            previous = row;
        }

        return (best, error);
    }
}
