namespace Hyperdiff;

/// <summary>Why a linear solver broke down.</summary>
public enum BreakdownCause
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>A direction without positive curvature, pᵀA p ≤ 0, where A has to be positive definite.</summary>
    Curvature,

    /// <summary>A is not symmetric, where it has to be.</summary>
    Asymmetry,

    /// <summary>A denominator vanished though A may be well: the directions of a two-sided method have lost each other. Another method, or start, goes
    /// on.</summary>
    LostDirections,
}
