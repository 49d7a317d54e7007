using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>Newton's method, its systems solved only as accurately as pays off, with backtracking on ‖c‖. See <see cref="Root.Newton"/>.</summary>
/// <param name="Linear">Solves the systems; its tolerance is not used.</param>
/// <param name="Tolerance">For the estimated error of w, relative to the norm of each leaf.</param>
/// <param name="MaxIterations">The most Newton updates.</param>
internal sealed record NewtonKrylovSolver(LinearSolver Linear, Tolerance Tolerance, int MaxIterations) : RootSolver(Tolerance)
{
    /// <inheritdoc/>
    internal override bool IsValue => Linear.IsValue;

    /// <summary>Solves the systems; its tolerance is not used.</summary>
    public LinearSolver Linear { get; init => field = Allowed.Given(value, nameof(Linear)); } = Allowed.Given(Linear, nameof(Linear));

    /// <summary>The most Newton updates.</summary>
    public int MaxIterations { get; init => field = Allowed.AtLeast(0, value, nameof(MaxIterations)); }
        = Allowed.AtLeast(0, MaxIterations, nameof(MaxIterations));

    private const double LoosestForcing = 0.5;
    private const double Decrease = 1e-4;
    private const double Shrink = 0.5;
    private const int MaxTrials = 60;

    /// <inheritdoc/>
    public override string Name => $"Newton's method with {Linear.Name}";

    internal override SolverKind Kind => SolverKind.NewtonRoot;

    /// <inheritdoc/>
    protected internal override InnerSolution Solve(ConditionOracle c)
    {
        (InnerProblem problem, Tensor[] state, SolveWatch watch) = (c.Problem, c.StartState, c.Watch);
        LeafVector residual = Residual(problem, state);
        var run = new InnerRun(new ConditionProbe(this, problem, state), MaxIterations, watch);
        SolveStatus? status = run.Start(ConditionProbe.LeafNorms(residual.Leaves));
        double norm = run.Residual;
        double first = norm;
        (long products, long transposed) = (0, 0);
        while (status is null)
        {
            double forcing = Math.Min(LoosestForcing, Math.Sqrt(norm / first));
            LinearSolution step = (Linear with { Tolerance = new Tolerance(forcing, 0) }).Solve(Jacobian(problem.At(state), state), (-residual).Leaves, null,
                watch.Cancellation);
            (products, transposed) = (products + step.Report.Products, transposed + step.Report.TransposedProducts);

            // a direction that leaves less than all of c lowers its norm, whatever kept the solver from going on
            double left = step.Report.Residual / norm;
            if (step.Report.Status == SolveStatus.Singular || !(left < 1))
            {
                status = step.Report.Converged ? SolveStatus.Stagnated : step.Report.Status;
                break;
            }

            double[] norms = ConditionProbe.LeafNorms(step.Value);
            if (step.Report.Converged && run.MetBy(norms, left))
            {
                status = SolveStatus.Converged;
                break;
            }

            if (Search(problem, state, step.Value, (norm, left)) is not { } found)
            {
                status = SolveStatus.Stagnated;
                break;
            }

            (state, residual, norm, double length) = found;
            status = run.Next(state, ConditionProbe.LeafNorms(residual.Leaves), Array.ConvertAll(norms, step => length * step));
        }

        InnerSolution solution = run.End(status.Value, products);
        return solution with { Report = solution.Report with { TransposedProducts = transposed } };
    }

    private LinearOperator Jacobian(InnerProblem problem, Tensor[] state)
    {
        LinearMap map = LinearMap.At(Condition(problem), [.. state, .. problem.Parameters], problem.Active);
        return new LinearOperator(OperatorGraph.Of(map.Linearized, problem.ActiveTypes), map.Residuals.ToArray());
    }

    private (Tensor[] State, LeafVector Residual, double Norm, double Length)? Search(InnerProblem problem, Tensor[] state, LeafVector direction,
        (double Norm, double Left) from)
    {
        LeafVector active = problem.ActiveOf(state);
        double t = 1;
        for (int trial = 1; trial <= MaxTrials; trial++, t *= Shrink)
        {
            Tensor[] there = problem.Replace(state, (active + (Tensor.Scalar(t) * direction)).Leaves);
            LeafVector residual = Residual(problem, there);
            double norm = residual.Magnitude();
            if (norm <= (1 - (Decrease * t * (1 - from.Left))) * from.Norm)
            {
                return (there, residual, norm, t);
            }
        }

        return null;
    }
}
