using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>An a-posteriori estimate of the error of a hypergradient, ‖ĝ − ∇ℓ‖, of first order in the errors of the state and the adjoint.</summary>
/// <remarks>
/// With R the inner condition (w − Φ, or ∇f), A = ∂R/∂w and r the residual of the adjoint system at (w, v):
/// <code>
/// A δw = −R(w),   Aᵀ δv = r + D_w r[δw],   estimate = ‖D_w(h + Pᵀ v)[δw] + Pᵀ δv‖,     r = g − Aᵀ v
/// </code>
/// (−Bᵀ instead of Pᵀ at a minimum). It is not a bound: see <see cref="ErrorCertificate"/> for one. Costs two solves, to a loose tolerance; about four further
/// products; where the shift δw is not negligible against w, two more evaluations, at the shifted point, which test that the first order is the leading one.
/// Rounding is not estimated: below some hundred units in the last place of the gradient's terms the number means nothing. For the error of a finite number of
/// steps of an iterative method there is nothing to estimate: that derivative is exact. Source: the Newton correction of the system {R = 0, Aᵀ v = g}; see
/// Becker and Rannacher (2001), "An optimal control approach to a posteriori error estimation in finite element methods", doi:10.1017/S0962492901000010,
/// section 2, for the dual-weighted residual, of which it is the vector-valued form.
/// </remarks>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
[JsonConverter(typeof(JsonWrittenConverter))]
public sealed class ErrorEstimate<THyper> : IJsonWritten
{
    internal ErrorEstimate(EstimateStatus status, string reason, ImmutableArray<SolveReport> reports) => (Status, Reason, Reports) = (status, reason, reports);

    /// <summary>Whether there is a number.</summary>
    public EstimateStatus Status { get; }

    /// <summary>What it rests on, or why there is none.</summary>
    public string Reason { get; }

    /// <summary>The estimate, in the unit of the hypergradient; NaN unless <see cref="Status"/> says <see cref="EstimateStatus.Estimated"/>.</summary>
    public double Value { get; internal init; } = double.NaN;

    /// <summary>The signed first-order correction: the gradient plus it is off by the second order only. Null unless there is a number.</summary>
    public THyper? Correction { get; internal init; }

    /// <summary>‖δw‖, how far the state is from the inner solution; NaN if unknown.</summary>
    public double StateShift { get; internal init; } = double.NaN;

    /// <summary>The two solves, as far as they ran; products of both sides are those with A and Aᵀ.</summary>
    public ImmutableArray<SolveReport> Reports { get; }

    /// <summary>What the user should know: that the inner residual, not the adjoint's, makes the error.</summary>
    public ImmutableArray<HypergradientWarning> Warnings { get; internal init; } = [];

    /// <summary>The number, or the reason why there is none.</summary>
    public override string ToString() => Status == EstimateStatus.Estimated
        ? string.Create(CultureInfo.InvariantCulture, $"{Value:G3}{string.Concat(Warnings.Select(warning => $"\nwarning {warning}"))}")
        : $"Unavailable ({Status}): {Reason}";

    void IJsonWritten.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteWord("status", Status);
        writer.WriteDouble("value", Value);
        writer.WriteDouble("stateShift", StateShift);
        writer.WriteString("reason", Reason);
        writer.WriteEach("reports", Reports);
        writer.WriteEach("warnings", Warnings);
        writer.WriteEndObject();
    }
}
