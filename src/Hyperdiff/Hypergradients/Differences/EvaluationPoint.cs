using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>Where on the trajectory the mixed derivative ∂_λ∇_w f is taken.</summary>
[JsonConverter(typeof(JsonWordConverter<EvaluationPoint>))]
public enum EvaluationPoint
{
    /// <summary>w₀, before any step.</summary>
    Start,

    /// <summary>w_{T−1}, where the last step took its gradient: the point of the exact derivative of that step.</summary>
    BeforeLastStep,

    /// <summary>w_T, where F is evaluated.</summary>
    End,
}
