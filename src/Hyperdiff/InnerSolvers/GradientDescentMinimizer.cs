namespace Hyperdiff;

/// <summary>Gradient descent, <c>w ← w − η ∇f(w)</c>. See <see cref="Minimizer.GradientDescent"/>.</summary>
/// <param name="StepSize">η, or how it is found.</param>
/// <param name="Tolerance">For the estimated error of w, relative to the norm of each leaf.</param>
/// <param name="MaxIterations">The most updates.</param>
internal sealed record GradientDescentMinimizer(StepSize StepSize, Tolerance Tolerance, int MaxIterations) : Minimizer
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
        InnerProblem problem = f.Problem;
        Iterate at = Iterate.Of(problem, f.StartState);
        double[] norms = at.Point.Norms;
        var run = new InnerRun(new ConditionProbe(this, problem, at.State), MaxIterations, f.Watch, map: false, (StepSize as FixedStepSize)?.Rate);
        SolveStatus? status = run.Start(norms);
        long evaluations = 1;
        double rate = StepSize is BacktrackingStepSize first ? first.Initial : ((FixedStepSize)StepSize).Rate;
        while (status is null)
        {
            if (Step(problem, at, rate, run.Residual) is not var (next, length, trials))
            {
                status = SolveStatus.Stagnated;
                break;
            }

            evaluations += trials;
            double[] steps = Array.ConvertAll(norms, norm => length * norm);
            norms = next.Point.Norms;
            status = run.Next(next.State, norms, steps, gained: Gains(problem, at.Point.Value, next.Point.Value));
            at = next;

            // a step that was accepted at once may have been too short: the next one starts longer
            rate = StepSize is BacktrackingStepSize backtracking && trials == 1 ? length / backtracking.Shrink : length;
        }

        return run.End(status.Value, evaluations);
    }

    /// <summary>One step along −∇f, how long it is in multiples of that, and how many evaluations it took; null if no step lowers f.</summary>
    private (Iterate Next, double Length, int Trials)? Step(InnerProblem problem, Iterate at, double rate, double norm)
    {
        LeafVector direction = -new LeafVector(at.Point.Gradient);
        if (StepSize is not BacktrackingStepSize backtracking)
        {
            LeafVector active = problem.ActiveOf(at.State);
            return (Iterate.Of(problem, problem.Replace(at.State, (active + (Tensor.Scalar(rate) * direction)).Leaves)), rate, 1);
        }

        // an exact power of two: the slope along ∇f is its square otherwise
        (LeafVector along, int exponent) = direction.Unit(norm);
        var line = new SearchLine(problem, (at.State, at.Point.Value, -norm * Math.ScaleB(norm, -exponent)), along);
        return new LineSearch(backtracking.Decrease, backtracking.Shrink).Search(line, Math.ScaleB(rate, exponent)) is var (found, trials)
            ? (new Iterate(found.State, found.At), Math.ScaleB(found.Step, -exponent), trials)
            : null;
    }

    private sealed record Iterate(Tensor[] State, ObjectivePoint Point)
    {
        public static Iterate Of(InnerProblem problem, Tensor[] state) => new(state, ObjectivePoint.Of(problem, state));
    }
}
