using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>What a zero-order estimator makes of a direction u, normally distributed.</summary>
[JsonConverter(typeof(JsonWordConverter<ZeroOrderRule>))]
public enum ZeroOrderRule
{
    /// <summary><c>ℓ(λ + σu) u/σ</c>: one evaluation per direction. Its variance grows as ℓ²/σ².</summary>
    Naive,

    /// <summary><c>(ℓ(λ + σu) − ℓ(λ)) u/σ</c>: one evaluation per direction, and one for all; two per direction if ℓ is random.</summary>
    Forward,

    /// <summary><c>(ℓ(λ + σu) − ℓ(λ − σu)) u/(2σ)</c>: two evaluations per direction; even derivatives do not add to the variance.</summary>
    Antithetic,
}
