namespace Hyperdiff;

/// <summary>What <see cref="SolutionError"/> knows of one leaf.</summary>
internal sealed class LeafError
{
    /// <summary>Over how many steps a is kept.</summary>
    public const int Window = 3;

    // below this many rounding units of a map's residual, what was measured earlier still holds
    private const double RoundingUnits = 8;

    // a decrease that is known to half of itself
    private const double Resolved = 2;

    // where the residual was last at least twice, and at least once, what it is since
    private (double Residual, double Path, int Steps) _far;
    private (double Residual, double Path, int Steps) _near;

    /// <summary>‖R_l‖.</summary>
    public double Residual { get; set; }

    /// <summary>The smallest ‖R_l‖ so far.</summary>
    public double Best { get; set; }

    /// <summary>‖w_l‖, or a bound of it.</summary>
    public double Norm { get; set; }

    /// <summary>The largest ‖w_l‖ so far.</summary>
    public double Largest { get; set; }

    /// <summary>ρ, up to which the residual is known.</summary>
    public double Rounding { get; set; }

    /// <summary>a, of the last steps; 0 where it was not measured.</summary>
    public double[] Measured { get; } = new double[Window];

    /// <summary>a with the decrease at its largest.</summary>
    public double Least { get; set; }

    /// <summary>What a is at least: of the slowest mode that was found otherwise.</summary>
    public double Slow { get; set; }

    /// <summary>Whether the last step measured it.</summary>
    public bool IsMeasured { get; set; }

    /// <summary>What the error is at least.</summary>
    public double Low { get; set; }

    /// <summary>What the error is at most; infinite where that is unknown.</summary>
    public double High { get; set; }

    /// <summary>Whether the residual is little more than its rounding.</summary>
    public bool IsNearRounding => Residual <= RoundingUnits * Rounding;

    /// <summary>Measures a over the last step; where its decrease drowns in rounding over as many as halved the residual, if the last step is not slower than
    /// they were.</summary>
    /// <param name="before">The residual before the step.</param>
    /// <param name="rounding">Its ρ.</param>
    /// <param name="step">‖s_l‖.</param>
    /// <param name="slot">Where the measure is kept.</param>
    public void Measure(double before, double rounding, double step, int slot)
    {
        if (_near.Residual == 0)
        {
            _far = _near = (before, 0, 0);
        }

        _far = (_far.Residual, _far.Path + step, _far.Steps + 1);
        _near = (_near.Residual, _near.Path + step, _near.Steps + 1);
        double decrease = before - Residual, unsure = rounding + Rounding;
        (double length, bool single) = (step, true);
        if (decrease < Resolved * unsure)
        {
            bool slower = (Residual - Rounding) / (before + rounding) > Math.Pow(Residual / _far.Residual, 1.0 / _far.Steps);
            (decrease, length, single) = slower ? (0, 0, false) : (_far.Residual - Residual, _far.Path, false);
        }

        // at rest a path only grows
        IsMeasured = decrease > Resolved * unsure && (single || !IsNearRounding);
        if (IsMeasured)
        {
            Measured[slot] = length / (decrease - unsure);
            Least = length / (decrease + unsure);
        }

        if (Residual <= _near.Residual / 2)
        {
            (_far, _near) = (_near, (Residual, 0, 0));
        }
    }
}
