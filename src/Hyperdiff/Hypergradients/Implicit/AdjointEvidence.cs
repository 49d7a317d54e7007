namespace Hyperdiff;

/// <summary>What is known of the error of an inner solution once the adjoint is solved: a mode that no update has shown, because it is far slower than what
/// was left on the way, shows in ‖v‖/‖g‖.</summary>
/// <remarks>
/// <code>
/// |vᵀR|/‖g‖ = |gᵀA⁻¹R|/‖g‖ ≤ ‖A⁻¹R‖,    and where ‖v‖‖R‖/‖g‖ may be more than was estimated or asked for, A d = R is solved
/// </code>
/// Where that takes too many products, or either is far above the estimate, the error is unknown. Solutions without slow modes cost the norms of v, R and w.
/// </remarks>
/// <param name="solver">Gave the solution.</param>
/// <param name="system">A, R and g.</param>
/// <param name="adjoint">v.</param>
/// <param name="watch">The solve.</param>
internal sealed class AdjointEvidence(InnerSolver solver, AdjointSystem system, LinearSolution adjoint, SolveWatch watch)
{
    // an estimate may be off by some; and of what was asked for, what an error may be by a solve with the derivative
    private const double FarAbove = 10;
    private const double Slack = 2;

    // the share that g is taken to have of the slowest mode
    private const double Share = 1.0 / 8;

    /// <summary>Whether a solver of adjoints tells: a series that is cut off has not most of v.</summary>
    public static bool IsBy(LinearSolver solver) => double.IsFinite(solver.Tolerance.Absolute);

    /// <summary>How many products the solves took.</summary>
    public long Products { get; private set; }

    /// <summary>The error: the estimate, or unknown with what is seen of it.</summary>
    /// <param name="inner">The inner solve; of one that is not converged nothing is asked that takes products.</param>
    /// <param name="isMended">Whether the solve has looked for slow modes itself: then what the rounding of R may hide of them counts, too.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ErrorInterval Of(SolveReport inner, bool isMended)
    {
        ErrorInterval estimate = inner.Error;
        if (!estimate.IsEstimated || !adjoint.Report.Converged)
        {
            return estimate;
        }

        // |vᵀR| is at most ‖v‖‖R‖
        (LeafVector v, LeafVector residual) = (adjoint.Value, system.Condition.Value);
        double slowest = v.Magnitude() / system.GradientNorm, bound = FarAbove * estimate.High, most = slowest * residual.Magnitude();
        double seen = most > bound ? Math.Abs(LeafVector.Dot(v, residual).ToScalar()) / system.GradientNorm : 0;
        if (!(seen > bound) && inner.Converged && residual.Leaves.Length > 0)
        {
            (double[] norms, double whole, double least) = Sizes();
            double? solved = most > Share * Slack * least ? Solved(residual, slowest / Share, least, (norms, whole)) : 0;
            if (solved is null)
            {
                return new ErrorInterval(estimate.Low, double.PositiveInfinity);
            }

            (seen, bound) = (solved.Value, Slack * least);
            if (seen == 0 && isMended)
            {
                double hidden = slowest * new ConditionProbe(solver, system.Condition.Problem, system.State).Rounding().Aggregate(0.0, double.Hypot);
                return hidden > bound ? new ErrorInterval(estimate.Low, double.PositiveInfinity) : estimate;
            }
        }

        return double.IsFinite(seen) && seen > 0 && seen > bound ? new ErrorInterval(seen, double.PositiveInfinity) : estimate;
    }

    // of each leaf, of all, and the smallest error that is asked for of one
    private (double[] Norms, double Whole, double Least) Sizes()
    {
        LeafVector w = system.Condition.Problem.ActiveOf(system.State);
        (double[] norms, double whole) = (ConditionProbe.LeafNorms(w.Leaves), w.Magnitude());
        return (norms, whole, norms.Select(norm => solver.Tolerance.At(norm > 0 ? norm : whole, system.Condition.Problem.Epsilon)).Min());
    }

    /// <summary>‖A⁻¹R‖, if it is more than was asked for of a leaf, and 0 otherwise; null where as many products as the adjoint took, or a hundred, do not
    /// tell.</summary>
    private double? Solved(LeafVector residual, double slowest, double least, (double[] Norms, double Whole) state)
    {
        (LinearOperator, LeafVector) equation = (system.Condition.Adjoint.Transpose(), residual);
        int updates = (int)Math.Min(adjoint.Report.Products + adjoint.Report.TransposedProducts, int.MaxValue);
        if (ConditionProbe.Step(solver, equation, (least / (2 * slowest), updates), watch.Cancellation) is not var (step, products))
        {
            watch.Cancellation.ThrowIfCancellationRequested();
            return null;
        }

        Products += products;

        // a leaf that cannot be told from zero is measured by the whole
        double epsilon = system.Condition.Problem.Epsilon;
        bool isFar = ConditionProbe.LeafNorms(step.Leaves).Zip(
            state.Norms, (error, norm) => error > Slack * solver.Tolerance.At(error < norm / 2 ? norm : state.Whole, epsilon)).Any(far => far);
        return isFar ? step.Magnitude() : 0;
    }
}
