namespace Hyperdiff;

/// <summary>Whether the fixed-point iteration contracts fast, told by its own first residuals <c>(I − A)ᵏ r₀</c>: powers of the matrix in question along what
/// is to be solved for, so that where it does the trial costs nothing.</summary>
internal sealed class ContractionTrial
{
    /// <summary>After how many updates it is known.</summary>
    public const int Updates = 8;

    private const double Fast = 0.5;

    private readonly double[] _residuals = new double[Updates + 1];

    /// <summary>Whether the iteration was given up.</summary>
    public bool Failed { get; private set; }

    /// <summary>The residual of the start.</summary>
    public double First => _residuals[0];

    /// <summary>By how much an update brought the residual down when it was given up: the mean of the last half of the updates.</summary>
    public double Growth { get; private set; }

    /// <summary>Whether to give the iteration up: from the second update on where it is not below the start, and after the eighth where the last four did not
    /// halve the residual each, on the mean.</summary>
    /// <param name="updates">How many were made; 0 at the start.</param>
    /// <param name="residual">The residual after them.</param>
    public bool GivesUp(int updates, double residual)
    {
        if (updates > Updates)
        {
            return false;
        }

        _residuals[updates] = residual;
        int half = updates / 2;
        Growth = Math.Pow(residual / _residuals[half], 1.0 / Math.Max(1, updates - half));
        Failed = updates > 1 && (residual >= First || (updates == Updates && Growth >= Fast));
        return Failed;
    }
}
