namespace Hyperdiff;

/// <summary>Rounds of correction, <c>x ← x + d</c>: d solves a system that stands for <c>A d = b − A x</c>, until the residual of A itself is small
/// enough.</summary>
/// <remarks>
/// Solvers of transformed systems (normal equations, preconditioned ones) judge their own residual; this judges that of the system that was asked about, and
/// listeners are told of that one only, after every round. A round that does not converge ends it with its status, and one that does not halve the residual
/// with <see cref="SolveStatus.Stagnated"/>.
/// </remarks>
internal static class CorrectionRounds
{
    private const double Enough = 0.5;

    /// <summary>Runs the rounds.</summary>
    /// <param name="solver">Gives the name and the tolerance.</param>
    /// <param name="system">The system.</param>
    /// <param name="rounds">The most rounds.</param>
    /// <param name="correct">From the residual to d; its report counts the products with A, including those that prepare the round.</param>
    /// <param name="otherwise">Asked after a round that did not converge, or did not halve the residual, with its status: whether the next is made in another
    /// way, from the better of the two iterates.</param>
    public static LinearSolution Run(
        LinearSolver solver, LinearSystem system, int rounds, Func<Tensor[], LinearSolution> correct, Func<SolveStatus, bool>? otherwise = null)
    {
        double threshold = system.ThresholdOf(solver.Tolerance);
        (Tensor[] x, Tensor[] r, long products) = system.Begin();
        double residual = new LeafVector(r).Magnitude();
        (int iterations, long transposed, double rate, double asymmetry) = (0, 0, double.NaN, double.NaN);
        BreakdownCause cause = BreakdownCause.None;
        SolveStatus? status = !double.IsFinite(residual)
            ? SolveStatus.NonFiniteInput : residual <= threshold ? SolveStatus.Converged : rounds == 0 ? SolveStatus.MaxIterations : null;
        string name = solver.Name;
        system.Watch.Tell(0, residual, threshold);
        for (int round = 1; status is null; round++)
        {
            LinearSolution correction = correct(r);
            (Tensor[] at, Tensor[] left, double before) = (x, r, residual);
            x = (new LeafVector(x) + correction.Value).Leaves;
            r = system.Residual(x);
            residual = new LeafVector(r).Magnitude();
            SolveReport report = correction.Report;
            (iterations, products, transposed) = (iterations + report.Iterations, products + report.Products + 1, transposed + report.TransposedProducts);
            rate = double.IsNaN(rate) || report.Rate > rate ? report.Rate : rate;
            asymmetry = double.IsNaN(asymmetry) ? correction.Asymmetry : asymmetry;
            cause = correction.Cause;
            bool useful = report.Converged && residual <= Enough * before;
            bool again = !useful && !(residual <= threshold) && otherwise?.Invoke(report.Status) == true;
            if (again && !(residual < before))
            {
                (x, r, residual) = (at, left, before);
            }

            system.Observer?.Invoke(x, residual, iterations);
            system.Watch.Tell(iterations, residual, threshold);
            status = (report.Status, residual) switch
            {
                (_, var now) when now <= threshold => SolveStatus.Converged,
                _ when again => null,
                (not SolveStatus.Converged, _) => report.Status,
                (_, double.NaN or double.PositiveInfinity) => SolveStatus.NonFiniteIterate,
                (_, var now) when now > Enough * before => SolveStatus.Stagnated,
                _ when system.Watch.Cancellation.IsCancellationRequested => SolveStatus.Cancelled,
                _ => round >= rounds ? SolveStatus.MaxIterations : null,
            };
        }

        return new LinearSolution(x, new SolveReport(name, status.Value, iterations, residual, threshold, products, transposed, rate))
        {
            Asymmetry = asymmetry,
            Cause = status == SolveStatus.Breakdown ? cause : BreakdownCause.None
        };
    }
}
