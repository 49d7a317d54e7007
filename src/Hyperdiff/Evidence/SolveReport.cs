using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>What a solve did: how it ended, how far it got, what it cost.</summary>
/// <param name="Solver">The name of the solver, and of what it solved.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Iterations">How many updates the returned iterate has seen.</param>
/// <param name="Residual">The norm, over the whole structure, of the residual of the returned iterate.</param>
/// <param name="Tolerance">The norm that the residual had to reach, in the same unit: relative tolerance times scale, or the absolute floor.</param>
/// <param name="Products">How often the operator (J v, H v) or the map was applied.</param>
/// <param name="TransposedProducts">How often the transposed operator (Jᵀ v) was applied.</param>
/// <param name="Rate">The largest ratio of successive residuals seen, an estimate from below of the contraction factor; NaN if there was none to see.</param>
[JsonConverter(typeof(JsonValueConverter<SolveReport>))]
public sealed record SolveReport(
    string Solver,
    SolveStatus Status,
    int Iterations,
    double Residual,
    double Tolerance,
    long Products,
    long TransposedProducts,
    double Rate) : IJsonValue<SolveReport>
{
    private const int Fields = 10;

    /// <summary>The shape of a report that travels through a graph as numbers.</summary>
    public static TensorType TensorType { get; } = new(DType.Float64, [Fields]);

    /// <summary>The estimated error of the solution itself, over the whole structure and in its unit.</summary>
    public ErrorInterval Error { get; init; } = ErrorInterval.NotEstimated;

    /// <summary>What the report is of: what its status means follows from it.</summary>
    public SolverKind Kind { get; init; }

    /// <summary>What the status means for this solve, the likely causes, and what to change.</summary>
    public string Advice => Status == SolveStatus.MaxIterations && Tolerance == 0 && !Error.IsUnknown
        ? "the updates that were asked for were made: with a tolerance of 0 none is enough, and the status says nothing of the result; ask for a tolerance if "
            + "it is to be judged"
        : Status.Describe(Kind);

    /// <summary>Whether the status is <see cref="SolveStatus.Converged"/>.</summary>
    public bool Converged => Status == SolveStatus.Converged;

    /// <summary>The report as numbers, without the solver's name: an auxiliary output of a graph.</summary>
    public Tensor ToTensor() => Tensor.Wrap([(double)Status, Iterations, Residual, Tolerance, Products, TransposedProducts, Rate, Error.Low, Error.High,
        (double)Kind], TensorType.Shape);

    /// <summary>
    /// The report of a solve with a transposed operator, as seen from the operator itself: its products were those with the transpose, and those with its
    /// transpose with the operator.
    /// </summary>
    public SolveReport Transposed() => this with { Products = TransposedProducts, TransposedProducts = Products };

    /// <summary>The report that <see cref="ToTensor"/> wrote.</summary>
    public static SolveReport FromTensor(string solver, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(solver);
        ArgumentNullException.ThrowIfNull(tensor);
        if (!tensor.Type.IsLike(TensorType))
        {
            throw new ArgumentException($"SolveReport.FromTensor: a report is {TensorType}, not {tensor.Type}.", nameof(tensor));
        }

        ReadOnlySpan<double> numbers = tensor.AsSpan<double>();
        return new SolveReport(solver, (SolveStatus)(int)numbers[0], (int)numbers[1], numbers[2], numbers[3], (long)numbers[4], (long)numbers[5], numbers[6])
        {
            Error = new ErrorInterval(numbers[7], numbers[8]),
            Kind = (SolverKind)(int)numbers[9],
        };
    }

    /// <summary>One line: solver, status, iterations, residual against tolerance, estimated error, products.</summary>
    public override string ToString()
    {
        string rate = double.IsNaN(Rate) ? string.Empty : string.Create(CultureInfo.InvariantCulture, $", successive residuals up to ×{Rate:G3}");
        string error = Error == ErrorInterval.NotEstimated ? string.Empty : $", error {Error}";
        string advice = Converged ? string.Empty : $": {Advice}";

        // a loop has no residual
        string residual = double.IsNaN(Residual) && double.IsNaN(Tolerance)
            ? string.Empty : string.Create(CultureInfo.InvariantCulture, $", residual {Residual:G3} (tolerance {Tolerance:G3})");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Solver}: {Status} at iteration {Iterations}{residual}{error}, {Products} products, {TransposedProducts} transposed{rate}{advice}");
    }

    void IJsonValue<SolveReport>.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("solver", Solver);
        writer.WriteWord("kind", Kind);
        writer.WriteWord("status", Status);
        writer.WriteNumber("iterations", Iterations);
        writer.WriteDouble("residual", Residual);
        writer.WriteDouble("tolerance", Tolerance);
        writer.WriteValue("error", Error);
        writer.WriteNumber("products", Products);
        writer.WriteNumber("transposedProducts", TransposedProducts);
        writer.WriteDouble("rate", Rate);
        writer.WriteEndObject();
    }

    static SolveReport IJsonValue<SolveReport>.ReadJson(JsonPart json)
    {
        _ = json.Object("solver", "kind", "status", "iterations", "residual", "tolerance", "error", "products", "transposedProducts", "rate");
        return new SolveReport(
            json["solver"].Text(), json["status"].Word<SolveStatus>(), json["iterations"].Int32(), json["residual"].Double(), json["tolerance"].Double(),
            json["products"].Int64(), json["transposedProducts"].Int64(), json["rate"].Double())
        {
            Kind = json["kind"].Word<SolverKind>(),
            Error = json["error"].Value<ErrorInterval>(),
        };
    }
}
