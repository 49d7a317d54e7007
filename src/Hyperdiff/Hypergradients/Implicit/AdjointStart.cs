using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>Where the iteration for an adjoint begins.</summary>
[JsonConverter(typeof(JsonWordConverter<AdjointStart>))]
public enum AdjointStart
{
    /// <summary>At v = 0.</summary>
    Zero,

    /// <summary>At v = g, the outer gradient.</summary>
    OuterGradient,
}
