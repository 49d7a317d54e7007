using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>Whether an <see cref="ErrorEstimate{THyper}"/> could be given.</summary>
[JsonConverter(typeof(JsonWordConverter<EstimateStatus>))]
public enum EstimateStatus
{
    /// <summary>There is a number.</summary>
    Estimated,

    /// <summary>The state is so far from the solution that the first order says nothing.</summary>
    NotFirstOrder,

    /// <summary>One of the two solves failed, or solved another system than the one asked for.</summary>
    SolveFailed,

    /// <summary>The hypergradient, or what the estimate is made of, is NaN or infinite.</summary>
    NonFinite,
}
