namespace Hyperdiff;

/// <summary>Gradient descent, <c>w ← w − η ∇f(w)</c>.</summary>
/// <remarks>
/// For f with curvature between μ and L and η ≤ 1/L the error falls by 1 − ημ per update. One gradient per update; with backtracking, one evaluation per trial.
/// The residual is ‖∇f‖ at the state that is returned.
/// </remarks>
/// <param name="StepSize">η, or how it is found.</param>
/// <param name="Tolerance">For the estimated error of w, relative to the norm of each leaf.</param>
/// <param name="MaxIterations">The most updates.</param>
public sealed record GradientDescentMinimizer(StepSize StepSize, Tolerance Tolerance, int MaxIterations) : Minimizer
{
    /// <summary>η, or how it is found.</summary>
    public StepSize StepSize { get; init => field = Allowed.Given(value, nameof(StepSize)); } = Allowed.Given(StepSize, nameof(StepSize));

    /// <summary>The most updates.</summary>
    public int MaxIterations { get; init => field = Allowed.AtLeast(0, value, nameof(MaxIterations)); }
        = Allowed.AtLeast(0, MaxIterations, nameof(MaxIterations));

    /// <inheritdoc/>
    public override string Name => "gradient descent";

    internal override SolverKind Kind => SolverKind.GradientDescent;

    /// <inheritdoc/>
    protected internal override InnerSolution Solve(ObjectiveOracle f)
    {
        (InnerProblem problem, Tensor[] state, SolveWatch watch) = (f.Problem, f.StartState, f.Watch);
        (double value, Tensor[] gradient) = ValueAndGradient(problem, state);
        double[] norms = ConditionProbe.LeafNorms(gradient);
        var run = new InnerRun(new ConditionProbe(this, problem, state), MaxIterations, watch, map: false, (StepSize as FixedStepSize)?.Rate);
        SolveStatus? status = run.Start(norms);
        long evaluations = 1;
        double rate = StepSize is BacktrackingStepSize first ? first.Initial : ((FixedStepSize)StepSize).Rate;
        while (status is null)
        {
            LeafVector direction = -new LeafVector(gradient);
            double before = value, length = rate;
            if (StepSize is BacktrackingStepSize backtracking)
            {
                // an exact power of two: the slope along ∇f is its square otherwise
                (LeafVector along, int exponent) = direction.Unit(run.Residual);
                var search = new LineSearch(backtracking.Decrease, backtracking.Shrink);
                var line = new SearchLine(problem, (state, value, -run.Residual * Math.ScaleB(run.Residual, -exponent)), along);
                if (search.Search(line, Math.ScaleB(rate, exponent)) is not var (found, trials))
                {
                    status = SolveStatus.Stagnated;
                    break;
                }

                (state, value, gradient, length) = (found.State, found.Value, found.Gradient, Math.ScaleB(found.Step, -exponent));
                evaluations += trials;

                // a step that was accepted at once may have been too short: the next one starts longer
                rate = trials == 1 ? length / backtracking.Shrink : length;
            }
            else
            {
                LeafVector active = problem.ActiveOf(state);
                state = problem.Replace(state, (active + (Tensor.Scalar(rate) * direction)).Leaves);
                (value, gradient) = ValueAndGradient(problem, state);
                evaluations++;
            }

            double[] steps = Array.ConvertAll(norms, norm => length * norm);
            norms = ConditionProbe.LeafNorms(gradient);
            status = run.Next(state, norms, steps, gained: Gains(problem, before, value));
        }

        return run.End(status.Value, evaluations);
    }
}
