namespace Hyperdiff.Reports;

/// <summary>All solves of one role in a step together: those of the inner problem, or of the adjoint.</summary>
/// <param name="Solves">How many there were.</param>
/// <param name="Iterations">The updates of all of them.</param>
/// <param name="Residual">The largest residual; NaN where none was measured.</param>
internal readonly record struct SolveTotals(int Solves, long Iterations, double Residual)
{
    /// <summary>The solves of the inner problem.</summary>
    public static SolveTotals Inner(StepRecord record) => Of(record, "inner");

    /// <summary>Those of the adjoint.</summary>
    public static SolveTotals Adjoint(StepRecord record) => Of(record, "adjoint");

    // the name of a solve begins with its role
    private static SolveTotals Of(StepRecord record, string role)
    {
        (int solves, long iterations, double residual) = (0, 0, double.NaN);
        foreach (SolveReport report in record.Reports)
        {
            if (report.Solver.StartsWith(role, StringComparison.Ordinal))
            {
                solves++;
                iterations += report.Iterations;
                residual = double.IsNaN(residual) ? report.Residual : Math.Max(residual, report.Residual);
            }
        }

        return new SolveTotals(solves, iterations, residual);
    }
}
