using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>What <c>problem.Explain</c> measured at a point: the structure of the adjoint system, the cost of each method that applies, and which one to
/// take.</summary>
/// <remarks>
/// Symmetry, curvature and contraction are those that a few probes met: evidence, not proof. Iterations are extrapolated from eight updates of each solver on
/// the adjoint's own right-hand side: Krylov methods usually get faster than that. Measure at the inner solution: elsewhere the structure may be another.
/// </remarks>
[JsonConverter(typeof(JsonValueConverter<Explanation>))]
public sealed class Explanation : IJsonValue<Explanation>
{
    internal Explanation(ImmutableArray<ExplainedMethod> methods) => Methods = methods;

    /// <summary>The number of inner unknowns, d.</summary>
    public required int States { get; init; }

    /// <summary>The number of hyperparameters, p.</summary>
    public required int Hypers { get; init; }

    /// <summary>‖R(w)‖, how far the point is from solving the inner problem.</summary>
    public required double InnerResidual { get; init; }

    /// <summary>The relative asymmetry of the system that the probes met.</summary>
    public required double Asymmetry { get; init; }

    /// <summary>Whether that is rounding.</summary>
    public required bool IsSymmetric { get; init; }

    /// <summary>The smallest curvature that the probes met, vᵀA v / vᵀv.</summary>
    public required double Curvature { get; init; }

    /// <summary>Whether the system is singular, as a random right-hand side shows it; null if the probe did not settle. What solves with the adjoint's own
    /// right-hand side does not see it.</summary>
    public required bool? IsSingular { get; init; }

    /// <summary>ρ(J) as the growth of powers shows it; that of I − H for a minimum.</summary>
    public required double Contraction { get; init; }

    /// <summary>The time of one evaluation of the condition, one product with J (or H), one with its transpose.</summary>
    public required (TimeSpan Evaluation, TimeSpan Product, TimeSpan TransposedProduct) Times { get; init; }

    /// <summary>The memory that one product takes at its peak, residuals included.</summary>
    public required long ProductBytes { get; init; }

    /// <summary>The methods, those that apply first.</summary>
    public ImmutableArray<ExplainedMethod> Methods { get; }

    /// <summary>The method that applies and is predicted to take the least time; null if none applies.</summary>
    public ExplainedMethod? Recommended => Methods.Where(method => method.IsApplicable).MinBy(method => method.Time);

    /// <summary>Why.</summary>
    public string Reason => Recommended is { } method
        ? $"{(IsSingular == true ? "none, unless only what several adjoints agree on is asked for (the result then says so); in that case " : string.Empty)}"
            + $"{method.Name}: the system is {(IsSymmetric ? "symmetric" : "not symmetric")}, and this is the fastest of "
            + $"{Methods.Count(candidate => candidate.IsApplicable)} methods that apply; {method.Note}"
        : "no method applies: the derivative may not exist here; see the notes";

    /// <summary>The measurements, and a table with one line per method.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{States} inner unknowns, {Hypers} hyperparameters; inner residual {InnerResidual:G3}");
        text.AppendLine(CultureInfo.InvariantCulture,
            $"asymmetry {Asymmetry:G2} ({(IsSymmetric ? "symmetric up to rounding" : "not symmetric")}), smallest curvature {Curvature:G3}, contraction about "
                + $"{Contraction:G3}");
        if (IsSingular == true)
        {
            text.AppendLine(
                "singular: a random right-hand side has no solution, so that the inner solution is not unique; methods that converge all the same found one "
                    + "of several adjoints");
        }

        text.AppendLine(CultureInfo.InvariantCulture,
            $"one evaluation {Short(Times.Evaluation)}, one product {Short(Times.Product)}, one transposed "
                + $"{Short(Times.TransposedProduct)}, in {Short(ProductBytes)}");
        string[] heads = ["method", "iterations", "products", "time", "memory", string.Empty];
        string[][] rows =
        [
            heads,
            .. Methods.Select(method => method.IsApplicable
                ? (string[])[method.Name, method.Iterations.ToString(CultureInfo.InvariantCulture), method.Products.ToString(CultureInfo.InvariantCulture),
                    Short(method.Time), Short(method.Bytes), method.Note]
                : [method.Name, "–", "–", "–", "–", $"does not apply: {method.Note}"]),
        ];
        int[] widths = [.. heads.Select((_, column) => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
        {
            text.AppendLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }

        return text.Append("recommended: ").Append(Reason).ToString();
    }

    private static string Short(TimeSpan time) => time switch
    {
        { TotalMilliseconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMicroseconds:G3} µs"),
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:G3} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:G3} s"),
    };

    private static string Short(long bytes) => bytes switch
    {
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:F0} kB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F0} MB"),
    };

    void IJsonValue<Explanation>.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("states", States);
        writer.WriteNumber("hypers", Hypers);
        writer.WriteDouble("innerResidual", InnerResidual);
        writer.WriteDouble("asymmetry", Asymmetry);
        writer.WriteBoolean("isSymmetric", IsSymmetric);
        writer.WriteDouble("curvature", Curvature);
        if (IsSingular is { } singular)
        {
            writer.WriteBoolean("isSingular", singular);
        }

        writer.WriteDouble("contraction", Contraction);
        writer.WriteDouble("evaluationSeconds", Times.Evaluation.TotalSeconds);
        writer.WriteDouble("productSeconds", Times.Product.TotalSeconds);
        writer.WriteDouble("transposedProductSeconds", Times.TransposedProduct.TotalSeconds);
        writer.WriteNumber("productBytes", ProductBytes);
        writer.WriteEach("methods", Methods);
        writer.WriteString("recommended", Recommended?.Name);
        writer.WriteString("reason", Reason);
        writer.WriteEndObject();
    }

    static Explanation IJsonValue<Explanation>.ReadJson(JsonPart json)
    {
        // recommended and reason follow from the methods
        _ = json.Object("states", "hypers", "innerResidual", "asymmetry", "isSymmetric", "curvature", "isSingular", "contraction", "evaluationSeconds",
            "productSeconds", "transposedProductSeconds", "productBytes", "methods", "recommended", "reason");
        return new Explanation(JsonPart.Each<ExplainedMethod>(json["methods"]))
        {
            States = json["states"].Int32(),
            Hypers = json["hypers"].Int32(),
            InnerResidual = json["innerResidual"].Double(),
            Asymmetry = json["asymmetry"].Double(),
            IsSymmetric = json["isSymmetric"].Truth(),
            Curvature = json["curvature"].Double(),
            IsSingular = json.Find("isSingular")?.Truth(),
            Contraction = json["contraction"].Double(),
            Times = (json["evaluationSeconds"].Seconds(), json["productSeconds"].Seconds(), json["transposedProductSeconds"].Seconds()),
            ProductBytes = json["productBytes"].Int64(),
        };
    }
}
