namespace Hyperdiff;

/// <summary>A method whose residual is known from a recurrence: it works in cycles, each from an iterate with its true residual.</summary>
/// <remarks>
/// A cycle ends when the recurrence meets the tolerance, when the method breaks down, or when it is due. Then the residual is computed anew, with one product,
/// and judged: where the recurrence was led astray by rounding, the next cycle starts from there, and the solve ends as <see cref="SolveStatus.Stagnated"/>
/// once that no longer helps.
/// </remarks>
internal abstract record KrylovSolver : LinearSolver
{
    // a cycle that claims to have converged and did not has to halve the residual; one that was merely due has to gain something at all
    private const double Claimed = 0.5;
    private const double Due = 0.999;

    private protected KrylovSolver(int maxIterations) => MaxIterations = maxIterations;

    /// <summary>The most updates.</summary>
    public int MaxIterations { get; init => field = Setting.Count(value, 0, nameof(MaxIterations)); }

    /// <inheritdoc/>
    protected internal sealed override LinearSolution Solve(LinearSystem system)
    {
        var monitor = new IterationMonitor(system.ThresholdOf(Tolerance), MaxIterations, system.Watch);
        (Tensor[] x, Tensor[] r, long products) = system.Begin();
        var run = new KrylovRun(system, monitor) { Products = products };
        double residual = new LeafVector(r).Magnitude();
        SolveStatus? status = monitor.Start(residual);
        while (status is null)
        {
            (x, status) = Cycle(run, x, r);
            r = system.Residual(x);
            run.Products++;
            double before = residual;
            residual = new LeafVector(r).Magnitude();
            status = (status, residual) switch
            {
                (_, var now) when now <= monitor.Threshold => SolveStatus.Converged,
                ({ } end and not SolveStatus.Converged, _) => end,
                (_, double.NaN or double.PositiveInfinity) => SolveStatus.NonFiniteIterate,
                (SolveStatus.Converged, var now) when now > Claimed * before => SolveStatus.Stagnated,
                (null, var now) when now > Due * before => SolveStatus.Stagnated,
                _ when monitor.Iterations >= MaxIterations => SolveStatus.MaxIterations,
                _ => null,
            };
        }

        return new LinearSolution(x, monitor.Report(Name, status.Value, run.Products) with { Residual = residual, TransposedProducts = run.TransposedProducts })
        {
            Asymmetry = double.IsNaN(run.Asymmetry) ? run.Conjugacy.Asymmetry : run.Asymmetry,
            Cause = status == SolveStatus.Breakdown ? run.Cause : BreakdownCause.None,
        };
    }

    /// <summary>Updates from x, whose residual is r, until the monitor ends it, the method breaks down, or a new cycle is due (then there is no
    /// status).</summary>
    private protected abstract (Tensor[] X, SolveStatus? Status) Cycle(KrylovRun run, Tensor[] x, Tensor[] r);

    /// <summary>n / d, and 0 where d = 0.</summary>
    private protected static Tensor Ratio(Tensor numerator, Tensor denominator) => Tensor.Where(denominator.Abs() > 0, numerator / denominator, 0);

    /// <summary>The types of scalars that travel through a step.</summary>
    private protected static IEnumerable<TensorType> Scalars(int count) => Enumerable.Repeat(new TensorType(DType.Float64, Shape.Scalar), count);
}
