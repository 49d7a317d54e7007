using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>What <c>problem.Check</c> found: derivatives by every mode against differences, along one random direction per leaf.</summary>
/// <remarks>
/// First the functions by themselves, at the inner solution: the inner condition (w − Φ, or ∇f, seen along a random cotangent) and the objectives in every leaf
/// of w and λ, forwards and in reverse. Then ℓ(λ), the inner problem solved anew for every difference, in every leaf of λ: forward (one tangent solve),
/// implicit (one adjoint solve), reverse (through the iterates of a contracting map). A wrong rule shows where it is used; if only lines of ℓ fail, the
/// solution has a kink there, is not unique, or was not found. Where the function's rounding would hide a derivative along a random direction, as in
/// <c>float32</c> of large leaves, half of the direction is the gradient.
/// </remarks>
[JsonConverter(typeof(JsonValueConverter<DerivativeCheck>))]
public sealed class DerivativeCheck : IJsonValue<DerivativeCheck>
{
    internal DerivativeCheck(ImmutableArray<CheckedDerivative> lines, string directions) => (Lines, Directions) = (lines, directions);

    /// <summary>All comparisons.</summary>
    public ImmutableArray<CheckedDerivative> Lines { get; }

    /// <summary>What the directions were drawn from.</summary>
    public string Directions { get; }

    /// <summary>Whether nothing failed, and something was compared that could have: a derivative that is not 0, or whose function was seen to be
    /// constant.</summary>
    public bool Passed => Lines.Any(line => line.Outcome == CheckOutcome.Pass && (line.Derivative != 0 || line.Difference != 0))
        && Lines.All(line => line.Outcome != CheckOutcome.Fail);

    /// <summary>The leaves whose derivatives are wrong: those in which a function by itself fails, or, if there are none, those in which ℓ does.</summary>
    public ImmutableArray<string> Offenders
    {
        get
        {
            CheckedDerivative[] failed = [.. Lines.Where(line => line.Outcome == CheckOutcome.Fail)];
            CheckedDerivative[] parts = [.. failed.Where(line => line.Function != HypergradientCheck.Function)];
            return [.. (parts.Length > 0 ? parts : failed).Select(line => line.Leaf).Distinct()];
        }
    }

    /// <summary>Throws, with the table, unless <see cref="Passed"/>.</summary>
    /// <exception cref="InvalidOperationException">It did not.</exception>
    public void EnsurePassed()
    {
        if (!Passed)
        {
            throw new InvalidOperationException(ToString());
        }
    }

    /// <summary>The verdict, and a table with one line per comparison.</summary>
    public override string ToString()
    {
        string[] heads = ["function", "leaf", "method", "derivative", "difference", "tolerance", string.Empty];
        string[][] rows = [heads, .. Lines.Select(
            line => (string[])[line.Function, line.Leaf, line.Method, Number(line.Derivative), Number(line.Difference), Short(line.Tolerance),
                line.Outcome.ToString()])];
        int[] widths = [.. heads.Select((_, column) => rows.Max(row => row[column].Length))];
        var text = new StringBuilder();
        text.AppendLine(
            Passed ? $"PASS: {Lines.Count(line => line.Outcome == CheckOutcome.Pass)} of {Lines.Length} derivatives compared; {Directions}"
            : Offenders.IsEmpty ? $"FAIL: nothing but zeros could be compared; {Directions}"
            : $"FAIL in {string.Join(", ", Offenders)}; {Directions}");
        for (int i = 0; i < rows.Length; i++)
        {
            text.Append(string.Join("  ", rows[i].Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
            text.AppendLine(i > 0 && Lines[i - 1].Note.Length > 0 ? $": {Lines[i - 1].Note}" : string.Empty);
        }

        return text.ToString().TrimEnd();
    }

    private static string Number(double value) => value.ToString("G10", CultureInfo.InvariantCulture);

    private static string Short(double value) => value.ToString("G3", CultureInfo.InvariantCulture);

    void IJsonValue<DerivativeCheck>.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("passed", Passed);
        writer.WriteString("directions", Directions);
        writer.WriteEach("lines", Lines);
        writer.WriteEndObject();
    }

    static DerivativeCheck IJsonValue<DerivativeCheck>.ReadJson(JsonPart json)
    {
        // passed is written for those who look for it, and follows from the lines
        _ = json.Object("passed", "directions", "lines");
        return new DerivativeCheck(JsonPart.Each<CheckedDerivative>(json["lines"]), json["directions"].Text());
    }
}
