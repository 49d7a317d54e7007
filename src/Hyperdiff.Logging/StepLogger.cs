using Microsoft.Extensions.Logging;

namespace Hyperdiff.Logging;

/// <summary>Logs the steps of a loop: as information, and as warnings where they are not to be trusted; the solves of each for debugging.</summary>
/// <remarks>Events: 1001 StepTaken, 1002 StepNotTrusted, 1003 StepWarning (the first of each kind a warning, further ones for debugging), 1004
/// StepSolve.</remarks>
public sealed partial class StepLogger : IProgress<StepRecord>
{
    private readonly ILogger _logger;
    private readonly HashSet<WarningKind> _warned = [];

    /// <summary>Logs to a logger.</summary>
    /// <param name="logger">The logger.</param>
    public StepLogger(ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(logger);
        _logger = logger;
    }

    /// <summary>Logs a step.</summary>
    /// <param name="value">The step.</param>
    public void Report(StepRecord value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Outcome == StepOutcome.Taken && value.IsTrusted)
        {
            StepTaken(value.Step, value.Value, value.GradientNorm, value.Validation, value.Elapsed);
        }
        else if (_logger.IsEnabled(LogLevel.Warning))
        {
            SolveReport? failed = value.Reports.FirstOrDefault(report => !report.Converged);
            StepNotTrusted(value.Step, value.Outcome, value.Attempts, value.Value, value.GradientNorm, failed?.ToString() ?? "a number is not finite");
        }

        foreach (HypergradientWarning warning in value.Warnings)
        {
            StepWarning(_warned.Add(warning.Kind) ? LogLevel.Warning : LogLevel.Debug, value.Step, warning.Kind, warning.Message);
        }

        foreach (SolveReport report in value.Reports)
        {
            StepSolve(value.Step, report.Solver, report.Status, report.Iterations, report.Residual, report.Tolerance);
        }
    }

    [LoggerMessage(1001, LogLevel.Information, "Step {Step}: value {Value}, gradient norm {GradientNorm}, validation {Validation}, after {Elapsed}")]
    private partial void StepTaken(int step, double value, double gradientNorm, double? validation, TimeSpan elapsed);

    [LoggerMessage(1002, LogLevel.Warning,
        "Step {Step} is not to be trusted: {Outcome} after {Attempts} attempts, value {Value}, gradient norm {GradientNorm}: {Reason}")]
    private partial void StepNotTrusted(int step, StepOutcome outcome, int attempts, double value, double gradientNorm, string reason);

    [LoggerMessage(EventId = 1003, Message = "Step {Step}: {Kind}: {Message}")]
    private partial void StepWarning(LogLevel level, int step, WarningKind kind, string message);

    [LoggerMessage(1004, LogLevel.Debug, "Step {Step}, {Solve}: {Status} at iteration {Iterations}, residual {Residual} (tolerance {Tolerance})")]
    private partial void StepSolve(int step, string solve, SolveStatus status, int iterations, double residual, double tolerance);

    /// <inheritdoc/>
    public override string ToString() => "steps told to a logger";
}
