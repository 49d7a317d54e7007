namespace Hyperdiff;

/// <summary>An objective f at fixed hyperparameters, as a minimizer sees it: what it is at a state, and whether a state is a minimum.</summary>
/// <remarks>
/// A minimizer of one's own asks for values, gradients and products with the Hessian, tells of its iterates while it is to go on, and returns the last:
/// <code>
/// while (f.Continues(w))
/// {
///     w = …;
/// }
///
/// return f.Solution(w);
/// </code>
/// Vectors are the leaves of the state that are differentiated. Evaluations and products are counted; the error of what is returned is estimated as for our own
/// minimizers, and its curvature looked at.
/// </remarks>
public sealed class ObjectiveOracle
{
    private GivenInnerSolve? _judge;

    internal ObjectiveOracle(InnerProblem problem, Tensor[] start, SolveWatch watch) => (Problem, StartState, Watch) = (problem, start, watch);

    /// <summary>The first iterate.</summary>
    public LeafVector Start => Judged.Start;

    /// <summary>Ends the solve; evaluations and products hear of it by themselves.</summary>
    public CancellationToken Cancellation => Judged.Cancellation;

    internal InnerProblem Problem { get; }

    internal Tensor[] StartState { get; }

    internal SolveWatch Watch { get; }

    /// <summary>f and ∇f at a state; that of the last state is remembered.</summary>
    /// <param name="w">The state.</param>
    public (double Value, LeafVector Gradient) At(LeafVector w) => Judged.At(w);

    /// <summary>∂²f/∂w² at a state, by its products.</summary>
    /// <param name="w">The state.</param>
    public LinearOperator Hessian(LeafVector w) => Judged.Derivative(w);

    /// <summary>Tells of an iterate, and whether to go on from it: not where it is as accurate as was asked for, at its rounding, not finite, or the solve was
    /// cancelled.</summary>
    /// <param name="w">The iterate: the start, at first; each later one counts as an update.</param>
    public bool Continues(LeafVector w) => Judged.Continues(w);

    /// <summary>The end, with a state that is judged, whatever the method thinks of it.</summary>
    /// <param name="w">The minimum, as far as it is one.</param>
    public InnerSolution Solution(LeafVector w) => Judged.End(w, null, null);

    /// <summary>The end without a minimum.</summary>
    /// <param name="w">The state that was reached.</param>
    /// <param name="status">How the method ended; not <see cref="SolveStatus.Converged"/>.</param>
    /// <param name="reason">Why, for the report.</param>
    /// <exception cref="ArgumentException">The status is <see cref="SolveStatus.Converged"/>, which only the library finds.</exception>
    public InnerSolution GiveUp(LeafVector w, SolveStatus status, string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return Judged.End(w, status, reason);
    }

    /// <summary>A solve by a solver of the user's, judged.</summary>
    internal InnerSolution Run(Minimizer minimizer)
    {
        _judge = new GivenInnerSolve(minimizer, Problem, StartState, Watch, minimizer.MaxEvaluations, at => Minimizer.ValueAndGradient(Problem, at));
        return _judge.Run(() => minimizer.Solve(this));
    }

    private GivenInnerSolve Judged => _judge
        ?? throw new InvalidOperationException("ObjectiveOracle: this problem is being solved by a solver of the library.");
}
