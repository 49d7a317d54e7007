namespace Hyperdiff;

/// <summary>L-BFGS: a quasi-Newton method that learns the curvature from its last few steps, with a line search.
/// See <see cref="Minimizer.Lbfgs"/>.</summary>
/// <param name="Memory">m, the number of pairs that are remembered; at least 1.</param>
/// <param name="Tolerance">For the estimated error of w, relative to the norm of each leaf.</param>
/// <param name="MaxIterations">The most updates.</param>
internal sealed record LbfgsMinimizer(int Memory, Tolerance Tolerance, int MaxIterations) : Minimizer
{
    /// <summary>m.</summary>
    public int Memory { get; init => field = Allowed.AtLeast(1, value, nameof(Memory)); } = Allowed.AtLeast(1, Memory, nameof(Memory));

    /// <summary>The most updates.</summary>
    public int MaxIterations { get; init => field = Allowed.AtLeast(0, value, nameof(MaxIterations)); }
        = Allowed.AtLeast(0, MaxIterations, nameof(MaxIterations));

    // below this cosine between s and y the curvature along s is rounding, or negative
    private const double LeastCosine = 1e-8;

    private static readonly StrongWolfeSearch s_search = new(Decrease: 1e-4, Curvature: 0.9);

    /// <inheritdoc/>
    public override string Name => $"L-BFGS over {Memory}";

    internal override SolverKind Kind => SolverKind.QuasiNewton;

    /// <inheritdoc/>
    protected internal override InnerSolution Solve(ObjectiveOracle f)
    {
        (InnerProblem problem, Tensor[] state, SolveWatch watch) = (f.Problem, f.StartState, f.Watch);
        var at = ObjectivePoint.Of(problem, state);
        (double value, Tensor[] gradient) = (at.Value, at.Gradient);
        var run = new InnerRun(new ConditionProbe(this, problem, state), MaxIterations, watch);
        SolveStatus? status = run.Start(at.Norms);
        var pairs = new List<(LeafVector S, LeafVector Y, double Product, double InverseCurvature)>();
        long evaluations = 1;
        while (status is null)
        {
            LeafVector direction = Direction(pairs, gradient);
            double slope = LeafVector.Dot(direction, gradient).ToScalar();
            double first = 1;
            if (pairs.Count == 0)
            {
                // an exact power of two: the slope along ∇f is its square otherwise
                (direction, int exponent) = direction.Unit(run.Residual);
                (slope, first) = (LeafVector.Dot(direction, gradient).ToScalar(), Math.ScaleB(First(problem, state, value, gradient), exponent));
            }

            if (!(slope < 0) || s_search.Search(new SearchLine(problem, (state, value, slope), direction), first) is not var (found, trials))
            {
                if (pairs.Count > 0)
                {
                    // rounding, or curvature from another region: begin again with steepest descent
                    pairs.Clear();
                    continue;
                }

                status = SolveStatus.Stagnated;
                break;
            }

            LeafVector step = new LeafVector(problem.ActiveOf(found.State)) - problem.ActiveOf(state);
            double[] steps = Learn(pairs, step, new LeafVector(found.At.Gradient) - gradient);
            bool gained = Gains(problem, value, found.Value);
            (state, value, gradient) = (found.State, found.Value, found.At.Gradient);
            evaluations += trials;
            status = run.Next(state, found.At.Norms, steps, gained: gained);
        }

        return run.End(status.Value, evaluations);
    }

    /// <summary>The first step size tried along −∇f: that to a minimum with the value 0, if f were to fall linearly to it; from f = 0 the curvature along ∇f
    /// tells. Both scale with f and with w as a step does.</summary>
    private double First(InnerProblem problem, Tensor[] state, double value, LeafVector gradient)
    {
        double norm = gradient.Magnitude();
        if (value != 0)
        {
            return Math.Abs(value) / norm / norm;
        }

        var probe = new ConditionProbe(this, problem, state);
        LeafVector along = gradient.Over(norm);
        double curvature = Math.Abs(LeafVector.Dot(along, probe.Derivative().Matrix.Image(along)).ToScalar());
        return curvature > 0 ? 1 / curvature : 1 / norm;
    }

    // gives the norm of each leaf of the step, read with the rest
    private double[] Learn(List<(LeafVector S, LeafVector Y, double Product, double InverseCurvature)> pairs, LeafVector s, LeafVector y)
    {
        double[] numbers = Readings.Of([LeafVector.Dot(s, y)], [s, y, .. s.Leaves.Select(leaf => new LeafVector([leaf]))]);
        double product = numbers[0];
        if (product > LeastCosine * numbers[1] * numbers[2])
        {
            if (pairs.Count == Memory)
            {
                pairs.RemoveAt(0);
            }

            pairs.Add((s, y, product, product / numbers[2] / numbers[2]));
        }

        return numbers[3..];
    }

    /// <summary>−G ∇f, by the two loops of algorithm 7.4.</summary>
    private static LeafVector Direction(List<(LeafVector S, LeafVector Y, double Product, double InverseCurvature)> pairs, LeafVector gradient)
    {
        LeafVector q = -gradient;
        if (pairs.Count == 0)
        {
            return q;
        }

        // numbers that stay with the vectors: none is read here
        var alpha = new Tensor[pairs.Count];
        for (int i = pairs.Count - 1; i >= 0; i--)
        {
            alpha[i] = LeafVector.Dot(pairs[i].S, q) / pairs[i].Product;
            q -= alpha[i] * pairs[i].Y;
        }

        q = Tensor.Scalar(pairs[^1].InverseCurvature) * q;
        for (int i = 0; i < pairs.Count; i++)
        {
            Tensor beta = LeafVector.Dot(pairs[i].Y, q) / pairs[i].Product;
            q += (alpha[i] - beta) * pairs[i].S;
        }

        return q;
    }
}
