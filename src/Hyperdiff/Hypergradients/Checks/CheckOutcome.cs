using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>How a derivative compares with differences.</summary>
[JsonConverter(typeof(JsonWordConverter<CheckOutcome>))]
public enum CheckOutcome
{
    /// <summary>They agree.</summary>
    Pass,

    /// <summary>They do not, by more than the differences may be off.</summary>
    Fail,

    /// <summary>The differences are too inaccurate to tell.</summary>
    Inconclusive,

    /// <summary>There was nothing to compare: a solve failed, the method does not apply here.</summary>
    Skipped,
}
