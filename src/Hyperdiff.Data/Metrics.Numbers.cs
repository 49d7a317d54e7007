namespace Hyperdiff.Data;

/// <content>Of predicted numbers.</content>
public static partial class Metrics
{
    /// <summary>The root of the mean squared error: <c>√((1/n) Σ (pᵢ − yᵢ)²)</c>, in the unit of the targets.</summary>
    /// <param name="predicted">The predictions, of any shape.</param>
    /// <param name="targets">The targets, of the same shape.</param>
    public static double Rmse(Tensor predicted, Tensor targets)
    {
        RequireSameShape(predicted, targets, nameof(Rmse));
        ReadOnlySpan<double> p = Numbers(predicted, nameof(Rmse)), y = Numbers(targets, nameof(Rmse));
        double unit = Unit(p, y);
        return unit * Math.Sqrt(SquaredError(p, y, unit) / p.Length);
    }

    /// <summary>The coefficient of determination: <c>1 − Σ (pᵢ − yᵢ)² / Σ (yᵢ − ȳ)²</c>. 1 for predictions that are right, 0 for the mean of the targets,
    /// below 0 for
    /// worse ones.</summary>
    /// <param name="predicted">The predictions, of any shape.</param>
    /// <param name="targets">The targets, of the same shape.</param>
    /// <exception cref="DataException">All targets are equal, so that there is nothing to be determined.</exception>
    public static double RSquared(Tensor predicted, Tensor targets)
    {
        RequireSameShape(predicted, targets, nameof(RSquared));
        ReadOnlySpan<double> p = Numbers(predicted, nameof(RSquared)), y = Numbers(targets, nameof(RSquared));
        if (!y.ContainsAnyExcept(y[0]))
        {
            throw new DataException($"Metrics.RSquared: all {y.Length} targets are equal; Rmse says how far predictions are from them");
        }

        (double unit, double mean, double spread) = (Unit(p, y), 0, 0);
        foreach (double target in y)
        {
            mean += target / unit;
        }

        mean /= y.Length;
        foreach (double target in y)
        {
            spread += Square((target / unit) - mean);
        }

        return 1 - (SquaredError(p, y, unit) / spread);
    }

    /// <summary>The number below which a share of some numbers lies, interpolated between the two next to it: of n sorted numbers the one at place share ·
    /// (n − 1),
    /// from 0. Source: Hyndman and Fan (1996), doi:10.1080/00031305.1996.10473566, definition 7.</summary>
    /// <param name="values">The numbers, of any shape.</param>
    /// <param name="share">From 0, the smallest, to 1, the largest; 0.5 is the median.</param>
    public static double Quantile(Tensor values, double share)
    {
        if (share is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "Metrics.Quantile: a share is from 0 to 1.");
        }

        double[] sorted = Numbers(values, nameof(Quantile)).ToArray();
        Array.Sort(sorted);
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        return below + 1 < sorted.Length ? double.Lerp(sorted[below], sorted[below + 1], place - below) : sorted[below];
    }

    private static void RequireSameShape(Tensor predicted, Tensor targets, string who)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(targets);
        if (predicted.Shape != targets.Shape)
        {
            throw new ShapeMismatchException($"Metrics.{who}: predictions {predicted.Shape} and targets {targets.Shape} are of different shapes.");
        }
    }

    // a power of two, which rounds nothing, in whose unit no square overflows or vanishes
    private static double Unit(ReadOnlySpan<double> predicted, ReadOnlySpan<double> targets)
    {
        double largest = 0;
        for (int i = 0; i < predicted.Length; i++)
        {
            largest = Math.Max(largest, Math.Max(Math.Abs(predicted[i]), Math.Abs(targets[i])));
        }

        return largest > 0 ? Math.ScaleB(1, Math.ILogB(largest)) : 1;
    }

    private static double SquaredError(ReadOnlySpan<double> predicted, ReadOnlySpan<double> targets, double unit)
    {
        double sum = 0;
        for (int i = 0; i < predicted.Length; i++)
        {
            sum += Square((predicted[i] / unit) - (targets[i] / unit));
        }

        return sum;
    }
}
