namespace LogisticRegression;

/// <summary>Five numbers that describe a distribution.</summary>
/// <param name="Minimum">The smallest.</param>
/// <param name="Lower">A quarter lie below.</param>
/// <param name="Median">Half lie below.</param>
/// <param name="Upper">Three quarters lie below.</param>
/// <param name="Maximum">The largest.</param>
internal readonly record struct Quartiles(double Minimum, double Lower, double Median, double Upper, double Maximum)
{
    /// <summary>Of some values; between two of them it is interpolated linearly.</summary>
    public static Quartiles Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Length, nameof(values));
        return new Quartiles(sorted[0], At(0.25), At(0.5), At(0.75), sorted[^1]);

        double At(double share)
        {
            double position = share * (sorted.Length - 1);
            int below = (int)position;
            return below + 1 < sorted.Length ? sorted[below] + ((position - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
        }
    }
}
