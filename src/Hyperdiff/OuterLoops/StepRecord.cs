using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>What one step of an outer loop was, as plain data: what watches a loop is told this, whatever the structures of the problem. A loop of one's own
/// can make them too.</summary>
/// <remarks>All numbers are those at λ, before the step moved it.</remarks>
[JsonConverter(typeof(JsonValueConverter<StepRecord>))]
public sealed record StepRecord : IJsonValue<StepRecord>
{
    private readonly bool? _isTrusted;

    /// <summary>k, the number of steps before this one: 0 at the start.</summary>
    public required int Step { get; init; }

    /// <summary>F(w, λ).</summary>
    public required double Value { get; init; }

    /// <summary>‖∇ℓ(λ)‖ over the whole structure, before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>The estimated norm of the error of ∇ℓ, in the unit of the gradient; NaN where it was not estimated.</summary>
    public double GradientError { get; init; } = double.NaN;

    /// <summary>What the loop's validation function returned; null at the steps at which it was not asked.</summary>
    public double? Validation { get; init; }

    /// <summary>Whether the best validation is the highest, as of an accuracy, instead of the lowest.</summary>
    public bool HigherIsBetter { get; init; }

    /// <summary>Whether it is the best step so far: the loop's own judgement, by validation where it has any and else by F, which watchers need not make
    /// again. The last one that is marked is the best of a run.</summary>
    public bool IsBest { get; init; }

    /// <summary>What became of the step.</summary>
    public StepOutcome Outcome { get; init; }

    /// <summary>How often the hypergradient was computed before it was used or given up: more than 1 where tolerances were tightened.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>All solves that the hypergradient rests on, converged or not.</summary>
    public ImmutableArray<SolveReport> Reports { get; init; } = [];

    /// <summary>What the user should know.</summary>
    public ImmutableArray<HypergradientWarning> Warnings { get; init; } = [];

    /// <summary>λ, leaf by leaf, with names.</summary>
    public ImmutableArray<Leaf> Hyper { get; init; } = [];

    /// <summary>The wall time of the run until the step was done. No part of what is reproducible.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Whether the gradient could be used: value and gradient are finite, and all solves converged, or what they left undone is known to be small
    /// enough.</summary>
    public bool IsTrusted
    {
        get => _isTrusted ?? (double.IsFinite(Value) && double.IsFinite(GradientNorm) && Reports.All(report => report.Converged));
        init => _isTrusted = value;
    }

    void IJsonValue<StepRecord>.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("step", Step);
        writer.WriteDouble("value", Value);
        writer.WriteDouble("gradientNorm", GradientNorm);
        writer.WriteDouble("gradientError", GradientError);
        if (Validation is { } validation)
        {
            writer.WriteDouble("validation", validation);
            writer.WriteBoolean("higherIsBetter", HigherIsBetter);
        }

        writer.WriteBoolean("isBest", IsBest);

        writer.WriteWord("outcome", Outcome);
        writer.WriteBoolean("isTrusted", IsTrusted);
        writer.WriteNumber("attempts", Attempts);
        writer.WriteDouble("elapsedSeconds", Elapsed.TotalSeconds);
        writer.WriteEach("reports", Reports);
        writer.WriteEach("warnings", Warnings);
        writer.WriteEach("hyper", Hyper);
        writer.WriteEndObject();
    }

    static StepRecord IJsonValue<StepRecord>.ReadJson(JsonPart json)
    {
        _ = json.Object("step", "value", "gradientNorm", "gradientError", "validation", "higherIsBetter", "isBest", "outcome", "isTrusted", "attempts",
            "elapsedSeconds", "reports", "warnings", "hyper");
        var record = new StepRecord
        {
            Step = json["step"].Int32(),
            Value = json["value"].Double(),
            GradientNorm = json["gradientNorm"].Double(),
            GradientError = json.Find("gradientError")?.Double() ?? double.NaN,
            Validation = json.Find("validation")?.Double(),
            HigherIsBetter = json.Find("higherIsBetter")?.Truth() ?? false,
            IsBest = json.Find("isBest")?.Truth() ?? false,
            Outcome = json.Find("outcome")?.Word<StepOutcome>() ?? StepOutcome.Taken,
            Attempts = json.Find("attempts")?.Int32() ?? 1,
            Elapsed = json.Find("elapsedSeconds")?.Seconds() ?? TimeSpan.Zero,
            Reports = JsonPart.Each<SolveReport>(json.Find("reports")),
            Warnings = JsonPart.Each<HypergradientWarning>(json.Find("warnings")),
            Hyper = JsonPart.Each<Leaf>(json.Find("hyper")),
        };
        return json.Find("isTrusted") is { } trusted ? record with { IsTrusted = trusted.Truth() } : record;
    }

    /// <summary>One line: number, value, norm of the gradient, validation, what became of the step.</summary>
    public override string ToString()
    {
        string validation = Validation is { } value ? string.Create(CultureInfo.InvariantCulture, $", validation {value:G6}") : string.Empty;
        string outcome = Outcome == StepOutcome.Taken ? string.Empty : $", {Outcome}";
        return string.Create(CultureInfo.InvariantCulture, $"step {Step}: value {Value:G10}, |gradient| {GradientNorm:G6}{validation}{outcome}");
    }
}
