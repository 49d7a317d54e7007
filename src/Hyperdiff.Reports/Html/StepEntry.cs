namespace Hyperdiff.Reports;

/// <summary>The numbers of a step that a report draws: without tensors and reports, so that a long run takes little memory.</summary>
internal readonly record struct StepEntry(
    int Step, double Value, double? Validation, double GradientNorm, double GradientError, SolveTotals Inner, SolveTotals Adjoint, StepOutcome Outcome,
    bool IsTrusted, int Attempts, TimeSpan Elapsed, bool HigherIsBetter, bool IsBest)
{
    /// <summary>The numbers of a record.</summary>
    public static StepEntry Of(StepRecord record) => new(
        record.Step, record.Value, record.Validation, record.GradientNorm, record.GradientError, SolveTotals.Inner(record), SolveTotals.Adjoint(record),
        record.Outcome, record.IsTrusted, record.Attempts, record.Elapsed, record.HigherIsBetter, record.IsBest);

    /// <summary>What there is to say of the step; null if it was taken and is to be trusted.</summary>
    public string? Trouble => Outcome switch
    {
        StepOutcome.Skipped => "skipped",
        StepOutcome.RolledBack => "rolled back",
        _ => IsTrusted ? null : "not trusted",
    };
}
