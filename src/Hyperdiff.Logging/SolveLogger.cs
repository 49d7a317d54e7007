using Microsoft.Extensions.Logging;

namespace Hyperdiff.Logging;

/// <summary>Logs every residual of solves, for tracing: as the progress of a computation, <c>new() { Progress = new SolveLogger(logger) }</c>, or of all
/// solves of a loop, <c>loop.WatchedSolves(…)</c>.</summary>
/// <remarks>Event: 1101 SolveIteration.</remarks>
public sealed partial class SolveLogger : IProgress<SolveProgress>
{
    private readonly ILogger _logger;

    /// <summary>Logs to a logger.</summary>
    /// <param name="logger">The logger.</param>
    public SolveLogger(ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(logger);
        _logger = logger;
    }

    /// <summary>Logs a residual.</summary>
    /// <param name="value">Where a solve is.</param>
    public void Report(SolveProgress value) => SolveIteration(value.Solve, value.Iteration, value.Residual, value.Tolerance);

    [LoggerMessage(1101, LogLevel.Trace, "{Solve}: iteration {Iteration}, residual {Residual} (tolerance {Tolerance})")]
    private partial void SolveIteration(string solve, int iteration, double residual, double tolerance);

    /// <inheritdoc/>
    public override string ToString() => "residuals told to a logger";
}
