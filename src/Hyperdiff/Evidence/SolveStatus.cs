using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>How an iterative solve ended. Only <see cref="Converged"/> means that the result meets the tolerance that was asked for.</summary>
[JsonConverter(typeof(JsonWordConverter<SolveStatus>))]
public enum SolveStatus
{
    /// <summary>The residual is within the tolerance.</summary>
    Converged,

    /// <summary>The iteration limit was reached first.</summary>
    MaxIterations,

    /// <summary>The residual is at the level of its own rounding, above the tolerance; or no step lowers it.</summary>
    Stagnated,

    /// <summary>A suspicion, with evidence: the residual has grown by a factor of 1/ε, and the Jacobian has an eigenvalue above 1. Certain divergence ends as
    /// <see cref="NonFiniteIterate"/>.</summary>
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

    /// <summary>The point is stationary to the tolerance, but f curves downwards along a direction from there: a saddle or a maximum.</summary>
    NotAMinimum,
}
