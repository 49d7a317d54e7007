namespace Hyperdiff.Data;

/// <content>Of predicted numbers.</content>
public static partial class Metrics
{
    /// <summary>The root of the mean squared error: <c>√((1/n) Σ (pᵢ − yᵢ)²)</c>, in the unit of the targets.</summary>
    /// <param name="predicted">The predictions, of any shape.</param>
    /// <param name="targets">The targets, of the same shape.</param>
    public static double Rmse(Tensor predicted, Tensor targets)
    {
        (double[] p, double[] y, double unit) = Scaled(predicted, targets, nameof(Rmse));
        return unit * Math.Sqrt(p.Zip(y).Average(pair => Square(pair.First - pair.Second)));
    }

    /// <summary>The coefficient of determination: <c>1 − Σ (pᵢ − yᵢ)² / Σ (yᵢ − ȳ)²</c>. 1 for predictions that are right, 0 for the mean of the targets,
    /// below 0 for
    /// worse ones.</summary>
    /// <param name="predicted">The predictions, of any shape.</param>
    /// <param name="targets">The targets, of the same shape.</param>
    /// <exception cref="DataException">All targets are equal, so that there is nothing to be determined.</exception>
    public static double RSquared(Tensor predicted, Tensor targets)
    {
        (double[] p, double[] y, _) = Scaled(predicted, targets, nameof(RSquared));
        if (y.Min() == y.Max())
        {
            throw new DataException($"Metrics.RSquared: all {y.Length} targets are equal; Rmse says how far predictions are from them");
        }

        double mean = y.Average();
        return 1 - (p.Zip(y).Sum(pair => Square(pair.First - pair.Second)) / y.Sum(target => Square(target - mean)));
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

        double[] sorted = [.. Numbers(values, nameof(Quantile)).Order()];
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        return below + 1 < sorted.Length ? double.Lerp(sorted[below], sorted[below + 1], place - below) : sorted[below];
    }

    // in units of a power of two, which rounds nothing, so that no square overflows or vanishes
    private static (double[] Predicted, double[] Targets, double Unit) Scaled(Tensor predicted, Tensor targets, string who)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(targets);
        if (predicted.Shape != targets.Shape)
        {
            throw new ShapeMismatchException($"Metrics.{who}: predictions {predicted.Shape} and targets {targets.Shape} are of different shapes.");
        }

        (double[] p, double[] y) = (Numbers(predicted, who), Numbers(targets, who));
        double largest = p.Concat(y).Max(Math.Abs);
        double unit = largest > 0 ? Math.ScaleB(1, Math.ILogB(largest)) : 1;
        return (Array.ConvertAll(p, number => number / unit), Array.ConvertAll(y, number => number / unit), unit);
    }
}
