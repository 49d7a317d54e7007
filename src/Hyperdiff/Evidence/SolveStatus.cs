namespace Hyperdiff;

/// <summary>How an iterative solve ended. Only <see cref="Converged"/> means that the result meets the tolerance that was asked for.</summary>
public enum SolveStatus
{
    /// <summary>The residual is within the tolerance.</summary>
    Converged,

    /// <summary>The iteration limit was reached first.</summary>
    MaxIterations,

    /// <summary>The residual stopped falling above the tolerance, as rounding or a too small step makes it do.</summary>
    Stagnated,

    /// <summary>The residual grows: the map is no contraction here, or the step size is too large.</summary>
    Diverged,

    /// <summary>The system is singular to working precision.</summary>
    Singular,

    /// <summary>The method met a zero denominator, or a direction of negative curvature where it needs a positive definite matrix.</summary>
    Breakdown,

    /// <summary>A number that was given is NaN or infinite.</summary>
    NonFiniteInput,

    /// <summary>An iterate became NaN or infinite.</summary>
    NonFiniteIterate,

    /// <summary>The caller cancelled.</summary>
    Cancelled,
}
