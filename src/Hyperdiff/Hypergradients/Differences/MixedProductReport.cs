using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>How a product with the mixed derivative was found: the step, and estimates of what it is off by.</summary>
/// <param name="Product">How: exactly, or by which differences.</param>
/// <param name="Status">Converged, unless a number is not finite.</param>
/// <param name="Step">ε, by which v was multiplied; the smallest, if there were several; 0 for v = 0, NaN without differences.</param>
/// <param name="Truncation">The estimated norm of what the step leaves out; NaN for a single difference, which cannot tell.</param>
/// <param name="Rounding">The estimated norm of what rounding contributes.</param>
/// <param name="Norm">‖Bᵀv‖, over the whole structure.</param>
/// <param name="Gradients">How often ∇_λ f was evaluated.</param>
[JsonConverter(typeof(JsonValueConverter<MixedProductReport>))]
public sealed record MixedProductReport(string Product, SolveStatus Status, double Step, double Truncation, double Rounding, double Norm, int Gradients)
    : IJsonValue<MixedProductReport>
{
    /// <summary>The estimated norm of the error: truncation, where it is known, and rounding.</summary>
    public double Error => (double.IsNaN(Truncation) ? 0 : Truncation) + Rounding;

    /// <summary>Whether a difference vanished in its own error, so that nothing of the product is known: both gradients are equal, or equal but for
    /// rounding.</summary>
    public bool IsLost => Gradients > 0 && Norm <= Error;

    /// <summary>One line.</summary>
    public override string ToString() => Gradients == 0
        ? Product
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{Product}, {Gradients} gradients, step {Step:G3}, truncation "
                + $"{(double.IsNaN(Truncation) ? "not estimated" : Truncation.ToString("G2", CultureInfo.InvariantCulture))}, rounding {Rounding:G2}, of a "
                + $"norm of {Norm:G3}");

    /// <summary>The same among the reports of a hypergradient: the residual is the estimated error, and no tolerance was asked for.</summary>
    internal SolveReport ToReport() =>
        new($"mixed derivative, {this}", Status, Gradients, Error, double.PositiveInfinity, Gradients, Gradients == 0 && Norm != 0 ? 1 : 0, double.NaN);

    void IJsonValue<MixedProductReport>.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("product", Product);
        writer.WriteWord("status", Status);
        writer.WriteDouble("step", Step);
        writer.WriteDouble("truncation", Truncation);
        writer.WriteDouble("rounding", Rounding);
        writer.WriteDouble("norm", Norm);
        writer.WriteNumber("gradients", Gradients);
        writer.WriteEndObject();
    }

    static MixedProductReport IJsonValue<MixedProductReport>.ReadJson(JsonPart json)
    {
        _ = json.Object("product", "status", "step", "truncation", "rounding", "norm", "gradients");
        return new MixedProductReport(
            json["product"].Text(), json["status"].Word<SolveStatus>(), json["step"].Double(), json["truncation"].Double(), json["rounding"].Double(),
            json["norm"].Double(), json["gradients"].Int32());
    }
}
