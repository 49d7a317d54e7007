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
        (InnerProblem problem, SolveWatch watch) = (c.Problem, c.Watch);
        StateDerivative at = Linearized(problem, c.StartState);
        var run = new InnerRun(new ConditionProbe(this, problem, c.StartState) { Known = at }, MaxIterations, watch);
        SolveStatus? status = run.Start(ConditionProbe.LeafNorms(at.Residual.Leaves));
        double norm = run.Residual;
        double first = norm;
        (long products, long transposed) = (0, 0);
        while (status is null)
        {
            double forcing = Math.Min(LoosestForcing, Math.Sqrt(norm / first));
            LinearSolution step = (Linear with { Tolerance = new Tolerance(forcing, 0) }).Solve(at.Matrix, (-at.Residual).Leaves, null,
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

            if (Search(problem, at.State, step.Value, (norm, left)) is not { } found)
            {
                status = SolveStatus.Stagnated;
                break;
            }

            (at, norm, double length) = found;
            status = run.Next(at.State, ConditionProbe.LeafNorms(at.Residual.Leaves), Array.ConvertAll(norms, step => length * step), known: at);
        }

        InnerSolution solution = run.End(status.Value, products);
        return solution with { Report = solution.Report with { TransposedProducts = transposed } };
    }

    /// <summary>c at a state, and its Jacobian, in one run.</summary>
    private StateDerivative Linearized(InnerProblem problem, Tensor[] state)
    {
        InnerProblem here = problem.At(state);
        LinearMap map = LinearMap.At(Condition(here), [.. state, .. here.Parameters], here.Active);
        SolveException.ThrowUnlessConverged("A step of an inner solve", map.Reports);
        return StateDerivative.Of(here, state, map);
    }

    private (StateDerivative At, double Norm, double Length)? Search(InnerProblem problem, Tensor[] state, LeafVector direction,
        (double Norm, double Left) from)
    {
        LeafVector active = problem.ActiveOf(state);
        double t = 1;
        for (int trial = 1; trial <= MaxTrials; trial++, t *= Shrink)
        {
            Tensor[] there = problem.Replace(state, (active + (Tensor.Scalar(t) * direction)).Leaves);
            StateDerivative at = Linearized(problem, there);
            double norm = at.Residual.Magnitude();
            if (norm <= (1 - (Decrease * t * (1 - from.Left))) * from.Norm)
            {
                return (at, norm, t);
            }
        }

        return null;
    }
}
