namespace Hyperdiff;

/// <summary>Newton's method, its systems solved by conjugate gradients only as accurately as pays off, with a line search.
/// See <see cref="Minimizer.NewtonCg"/>.</summary>
/// <param name="Tolerance">For the estimated error of w, relative to the norm of each leaf.</param>
/// <param name="MaxIterations">The most Newton updates.</param>
internal sealed record NewtonCgMinimizer(Tolerance Tolerance, int MaxIterations) : Minimizer
{
    /// <summary>The most Newton updates.</summary>
    public int MaxIterations { get; init => field = Allowed.AtLeast(0, value, nameof(MaxIterations)); }
        = Allowed.AtLeast(0, MaxIterations, nameof(MaxIterations));

    private const int InnerIterations = 1000;

    // as in the whole
    private const double Most = 0.5;

    // what a sum of a few terms is rounded by, in units of their ε
    private const double Roundings = 16;

    private static readonly LineSearch s_search = new(Decrease: 1e-4, Shrink: 0.5);

    /// <inheritdoc/>
    public override string Name => "Newton-CG";

    internal override SolverKind Kind => SolverKind.NewtonMinimizer;

    /// <inheritdoc/>
    protected internal override InnerSolution Solve(ObjectiveOracle f)
    {
        (InnerProblem problem, Tensor[] state, SolveWatch watch) = (f.Problem, f.StartState, f.Watch);
        var at = ObjectivePoint.Of(problem, state, linearizes: true);
        (double value, Tensor[] gradient) = (at.Value, at.Gradient);
        var run = new InnerRun(new ConditionProbe(this, problem, state) { Known = at.Derivative }, MaxIterations, watch);
        SolveStatus? status = run.Start(at.Norms);
        double first = run.Residual;
        long products = 0;
        while (status is null)
        {
            double forcing = Math.Min(0.5, Math.Sqrt(run.Residual / first));
            (LeafVector direction, bool solved, long used) = Direction(at.Derivative!, forcing, watch.Cancellation);
            products += used;
            double[] numbers = Readings.Of([LeafVector.Dot(direction, gradient)], Array.ConvertAll(direction.Leaves, leaf => new LeafVector([leaf])));
            (double slope, double[] norms) = (numbers[0], numbers[1..]);
            if (solved && run.MetBy(norms, forcing) && IsSmallInEveryLeaf(at.Derivative!, direction, state, ref products))
            {
                status = SolveStatus.Converged;
                break;
            }

            if (s_search.Search(new SearchLine(problem, (state, value, slope), direction, linearizes: true), first: 1) is not ({ } found, _))
            {
                status = SolveStatus.Stagnated;
                break;
            }

            bool gained = Gains(problem, value, found.Value);
            (state, value, at) = (found.State, found.Value, found.At);
            gradient = at.Gradient;
            status = run.Next(state, at.Norms, Array.ConvertAll(norms, norm => found.Step * norm), gained: gained, known: at.Derivative);
        }

        return run.End(status.Value, products);
    }

    /// <summary>Whether what a direction leaves of ∇f is small in every leaf, or as small as the rounding of ∇f, so that it tells the error of each: it was
    /// asked to be small in the whole, of which a leaf of large numbers has a small part.</summary>
    private static bool IsSmallInEveryLeaf(StateDerivative at, LeafVector direction, Tensor[] state, ref long products)
    {
        if (direction.Leaves.Length == 1)
        {
            return true;
        }

        products++;
        double[] left = ConditionProbe.LeafNorms((at.Matrix.Image(direction) + at.Residual).Leaves), whole = ConditionProbe.LeafNorms(at.Residual.Leaves);
        if (left.Zip(whole).All(leaf => leaf.First <= Most * leaf.Second))
        {
            return true;
        }

        // near a minimum a gradient is a difference of numbers as large as H w
        products++;
        double[] terms = ConditionProbe.LeafNorms(at.Matrix.Image(new LeafVector(state)).Leaves);
        return left.Select((norm, i) => norm <= Math.Max(Most * whole[i], Roundings * state[i].DType.Epsilon() * terms[i])).All(isSmall => isSmall);
    }

    private static (LeafVector Direction, bool Solved, long Products) Direction(StateDerivative at, double forcing, CancellationToken cancellation)
    {
        (_, LeafVector gradient, LinearOperator hessian) = at;
        LeafVector descent = -gradient;
        var solver = new ConjugateGradientSolver(new Tolerance(forcing, 0), InnerIterations);
        LinearSolution solution = solver.Solve(hessian, descent.Leaves, null, cancellation);

        // at once negative curvature leaves the start, zero: then steepest descent is what is left
        return LeafVector.Dot(solution.Value, gradient).ToScalar() < 0
            ? (solution.Value, solution.Report.Converged, solution.Report.Products)
            : (Steepest(hessian, descent), false, solution.Report.Products + 1);
    }

    /// <summary>−∇f, as long as the curvature along it is strong, whichever its sign: a step in the unit of w, as −∇f itself is not.</summary>
    private static LeafVector Steepest(LinearOperator hessian, LeafVector descent)
    {
        (LeafVector along, int exponent) = descent.Unit(descent.Magnitude());
        double[] numbers = Readings.Of([LeafVector.Dot(along, hessian.Image(along))], [along]);
        double length = numbers[1] / Math.Abs(numbers[0]) * numbers[1];
        return double.IsFinite(length) && length > 0 ? Math.ScaleB(length, exponent) * along : descent;
    }
}
