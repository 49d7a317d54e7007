namespace Hyperdiff;

/// <summary>Finds a step along a descent direction that lowers f enough, and after which f is flat enough: neither too long nor too short.</summary>
/// <remarks>
/// The strong Wolfe conditions: <c>f(w + t d) ≤ f(w) + c₁ t ∇fᵀd</c> and <c>|∇f(w + t d)ᵀd| ≤ c₂ |∇fᵀd|</c>; the second one makes sᵀy positive for s = t d and
/// y the change of ∇f. Steps are lengthened tenfold until an interval holds such a t, which is then found by cubic interpolation. Where values differ by
/// rounding only, the first condition is told from slopes, as in <see cref="LineSearch"/>. Source: Nocedal and Wright (2006), "Numerical Optimization",
/// doi:10.1007/978-0-387-40065-5, 2nd edition, algorithms 3.5 and 3.6, equation (3.59).
/// </remarks>
/// <param name="Decrease">c₁.</param>
/// <param name="Curvature">c₂, between c₁ and 1.</param>
internal sealed record StrongWolfeSearch(double Decrease, double Curvature)
{
    private const int MaxTrials = 40;
    private const double Growth = 10;

    // how near an end of its interval a trial may be, relative to its length
    private const double Margin = 0.1;

    /// <summary>The accepted point; the best that lowers f enough if none is flat enough within the trials, and null if none lowers it.</summary>
    /// <param name="line">f along the direction.</param>
    /// <param name="first">The first t.</param>
    public (LinePoint Point, int Trials)? Search(SearchLine line, double first)
    {
        (LinePoint start, double rounding) = (line.Start, line.Rounding);
        (LinePoint low, LinePoint? high) = (start, null);
        double t = first;
        for (int trials = 1; trials <= MaxTrials; trials++)
        {
            LinePoint trial = line.At(t);
            if (!Lowers(trial) || trial.Value > low.Value + rounding)
            {
                high = trial;
            }
            else if (Math.Abs(trial.Slope) <= -Curvature * start.Slope)
            {
                return (trial, trials);
            }
            else
            {
                // downhill from the trial is either beyond it, or back towards where the interval began
                bool turned = trial.Slope * ((high?.Step ?? double.PositiveInfinity) - low.Step) >= 0;
                (low, high) = (trial, turned ? low : high);
            }

            t = high is { } end ? Between(low, end) : Growth * t;
        }

        return low.Step > 0 && line.Moves(low) ? (low, MaxTrials) : null;

        bool Lowers(LinePoint trial) => trial.Value <= start.Value + (Decrease * trial.Step * start.Slope)
            || (Math.Abs(trial.Value - start.Value) <= rounding && trial.Slope <= (1 - (2 * Decrease)) * -start.Slope);
    }

    /// <summary>The minimum of the cubic through values and slopes at both ends, kept away from them; the middle where there is none.</summary>
    private static double Between(LinePoint low, LinePoint high)
    {
        double length = high.Step - low.Step;
        double d1 = low.Slope + high.Slope - (3 * (high.Value - low.Value) / length);

        // slopes are in the unit of f, and their squares need not be numbers
        double unit = Math.Max(Math.Abs(d1), Math.Max(Math.Abs(low.Slope), Math.Abs(high.Slope)));
        double square = (d1 / unit * (d1 / unit)) - (low.Slope / unit * (high.Slope / unit));
        double root = Math.CopySign(unit * Math.Sqrt(square), length);
        double step = high.Step - (length * ((high.Slope + root - d1) / (high.Slope - low.Slope + (2 * root))));
        double share = (step - low.Step) / length;
        return low.Step + (length * (double.IsFinite(share) ? Math.Clamp(share, Margin, 1 - Margin) : 0.5));
    }
}
