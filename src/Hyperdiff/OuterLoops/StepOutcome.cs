using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>What became of a step of an outer loop.</summary>
[JsonConverter(typeof(JsonWordConverter<StepOutcome>))]
public enum StepOutcome
{
    /// <summary>λ was moved along the hypergradient.</summary>
    Taken,

    /// <summary>The hypergradient was not to be trusted, and λ stayed.</summary>
    Skipped,

    /// <summary>The hypergradient was not to be trusted, and λ went back to the last step that was, to go half as far from there.</summary>
    RolledBack,
}
