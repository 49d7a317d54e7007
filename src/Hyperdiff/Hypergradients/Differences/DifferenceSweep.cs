namespace Hyperdiff;

/// <summary>The derivative of a function of one number at 0, by central differences with ever smaller steps, extrapolated.</summary>
/// <remarks>
/// Central differences are off by a series in even powers of the step, so that <c>(4ʲ D(s/2) − D(s)) / (4ʲ − 1)</c> takes away one power after the other;
/// rounding grows as 1/s. The entry of the table whose neighbours agree best is kept, and how well they agree is its error. Steps at which the function is not
/// finite are left out. Source: Ridders (1982), "Accurate computation of F′(x) and F′(x)F″(x)", doi:10.1016/S0141-1195(82)80057-0, Advances in Engineering
/// Software 4; Richardson (1911), §2.
/// </remarks>
internal static class DifferenceSweep
{
    private const int Steps = 10;

    /// <summary>The derivative, and how far it may be off; NaN if the function is not finite at the steps.</summary>
    /// <param name="function">The function f.</param>
    /// <param name="largest">The largest step; the others are its halves.</param>
    public static (double Derivative, double Error) At(Func<double, double> function, double largest)
    {
        SweptDerivative swept = At(step => new LeafVector([Tensor.Scalar(function(step))]), largest, 0);
        return (swept.Derivative is [var derivative] ? derivative.ToScalar() : double.NaN, swept.Error);
    }

    /// <summary>The derivative of a vector, whose errors are norms over the whole of it.</summary>
    /// <param name="function">The function f.</param>
    /// <param name="largest">The largest step; the others are its halves.</param>
    /// <param name="tolerance">No further steps are taken once the error is below this part of the derivative.</param>
    public static SweptDerivative At(Func<double, LeafVector> function, double largest, double tolerance)
    {
        var best = new SweptDerivative(null, double.PositiveInfinity, double.NaN, 0);
        var previous = new List<LeafVector>();
        for (int k = 0; k < Steps && !(best.Derivative is { } found && best.Error <= tolerance * new LeafVector(found).Magnitude()); k++)
        {
            double step = largest * Math.Pow(2, -k);
            LeafVector central = Tensor.Scalar(1 / (2 * step)) * (function(step) - function(-step));
            best = best with { Evaluations = best.Evaluations + 2 };
            if (!double.IsFinite(central.Magnitude()))
            {
                previous.Clear();
                continue;
            }

            var row = new List<LeafVector> { central };
            for (int j = 1; j <= previous.Count; j++)
            {
                double power = Math.Pow(4, j);
                row.Add(Tensor.Scalar(1 / (power - 1)) * ((Tensor.Scalar(power) * row[j - 1]) - previous[j - 1]));
                double disagreement = Math.Max((row[j] - row[j - 1]).Magnitude(), (row[j] - previous[j - 1]).Magnitude());
                if (disagreement < best.Error)
                {
                    best = best with { Derivative = row[j].Leaves, Error = disagreement, Step = step };
                }
            }

            previous = row;
        }

        return best;
    }
}

/// <summary>What a sweep of differences found.</summary>
/// <param name="Derivative">The derivative; null if the function was not finite at two successive steps.</param>
/// <param name="Error">How far it may be off, as a norm.</param>
/// <param name="Step">The smallest step that it was made of.</param>
/// <param name="Evaluations">How often the function was evaluated.</param>
internal sealed record SweptDerivative(Tensor[]? Derivative, double Error, double Step, int Evaluations);
