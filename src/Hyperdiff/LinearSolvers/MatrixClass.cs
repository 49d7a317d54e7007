using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>The matrices that a linear solver is made for. On others it says how it ended, and no more.</summary>
[JsonConverter(typeof(JsonWordConverter<MatrixClass>))]
public enum MatrixClass
{
    /// <summary>Any nonsingular A.</summary>
    Nonsingular,

    /// <summary>A = Aᵀ, definite or not.</summary>
    Symmetric,

    /// <summary>A = Aᵀ with xᵀA x &gt; 0.</summary>
    PositiveDefinite,

    /// <summary>A = I − J with a contraction J, symmetric or not.</summary>
    NearIdentity,
}
