using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>Why a linear solver broke down.</summary>
[JsonConverter(typeof(JsonWordConverter<BreakdownCause>))]
public enum BreakdownCause
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>A direction without positive curvature, pᵀA p ≤ 0, where A has to be positive definite.</summary>
    Curvature,

    /// <summary>A is not symmetric, where it has to be.</summary>
    Asymmetry,

    /// <summary>A denominator vanished although A may be well conditioned: the two sequences of a two-sided method have become orthogonal. Another method, or
    /// another start, gets further.</summary>
    LostDirections,
}
