using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>Why a matrix could not be factored or solved with.</summary>
[JsonConverter(typeof(JsonWordConverter<LinearAlgebraFailure>))]
public enum LinearAlgebraFailure
{
    /// <summary>An element of the matrix is NaN or infinite.</summary>
    NonFiniteInput,

    /// <summary>A pivot is zero, or no larger than the rounding errors of its own computation.</summary>
    Singular,

    /// <summary>A pivot of a Cholesky factorization is not positive, or no larger than the rounding errors of its own computation.</summary>
    NotPositiveDefinite,

    /// <summary>Two eigenvalues or singular values are equal to rounding, so that the vectors that belong to them have no derivative.</summary>
    Degenerate,

    /// <summary>An iteration for eigenvalues or singular values did not converge.</summary>
    NotConverged,
}
