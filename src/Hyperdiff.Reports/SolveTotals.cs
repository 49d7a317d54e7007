namespace Hyperdiff.Reports;

/// <summary>All solves of one role in a step together: those of the inner problem, or of the adjoint.</summary>
/// <param name="Solves">How many there were.</param>
/// <param name="Iterations">The updates of all of them.</param>
/// <param name="Residual">The largest residual; NaN where none was measured.</param>
internal readonly record struct SolveTotals(int Solves, long Iterations, double Residual)
{
    /// <summary>The solves of the inner problem.</summary>
    public static SolveTotals Inner(StepRecord record) => Of(record, report => !IsAdjoint(report) && IsInner(report));

    /// <summary>Those of the adjoint.</summary>
    public static SolveTotals Adjoint(StepRecord record) => Of(record, IsAdjoint);

    // the name of a solve begins with its role, where it has one; steps of an optimizer, and the systems of levels, are told by their kind
    private static bool IsAdjoint(SolveReport report) => report.Solver.StartsWith("adjoint", StringComparison.Ordinal) || report.Kind is
        SolverKind.ConjugateGradients or SolverKind.Minres or SolverKind.Gmres or SolverKind.BiCgStab or SolverKind.Lsmr or SolverKind.LinearIteration
        or SolverKind.LinearDescent or SolverKind.AcceleratedLinear or SolverKind.DenseLu or SolverKind.DenseCholesky or SolverKind.CorrectionRounds
        or SolverKind.Automatic or SolverKind.Series or SolverKind.StochasticAdjoint;

    private static bool IsInner(SolveReport report) => report.Solver.StartsWith("inner", StringComparison.Ordinal) || report.Kind is
        SolverKind.FixedPointIteration or SolverKind.DampedIteration or SolverKind.AcceleratedIteration or SolverKind.GradientDescent
        or SolverKind.QuasiNewton or SolverKind.NewtonMinimizer or SolverKind.NewtonRoot or SolverKind.ConstrainedMinimum or SolverKind.GivenFunction
        or SolverKind.Trajectory or SolverKind.JointDescent;

    private static SolveTotals Of(StepRecord record, Func<SolveReport, bool> role)
    {
        (int solves, long iterations, double residual) = (0, 0, double.NaN);
        foreach (SolveReport report in record.Reports)
        {
            if (role(report))
            {
                solves++;
                iterations += report.Iterations;
                residual = double.IsNaN(residual) ? report.Residual : Math.Max(residual, report.Residual);
            }
        }

        return new SolveTotals(solves, iterations, residual);
    }
}
