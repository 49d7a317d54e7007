namespace Hyperdiff;

/// <summary>A condition c at fixed hyperparameters, as a root finder sees it: what it is at a state, and whether a state is a root.</summary>
/// <remarks>
/// A root finder of one's own asks for c and products with its Jacobian, tells of its iterates while it is to go on, and returns the last:
/// <code>
/// while (c.Continues(w))
/// {
///     w = …;
/// }
///
/// return c.Solution(w);
/// </code>
/// Vectors are the leaves of the state that are differentiated. Evaluations and products are counted; the error of what is returned is estimated as for our own
/// root finders.
/// </remarks>
public sealed class ConditionOracle
{
    private GivenInnerSolve? _judge;

    internal ConditionOracle(InnerProblem problem, Tensor[] start, SolveWatch watch) => (Problem, StartState, Watch) = (problem, start, watch);

    /// <summary>The first iterate.</summary>
    public LeafVector Start => Judged.Start;

    /// <summary>Ends the solve; evaluations and products hear of it by themselves.</summary>
    public CancellationToken Cancellation => Judged.Cancellation;

    internal InnerProblem Problem { get; }

    internal Tensor[] StartState { get; }

    internal SolveWatch Watch { get; }

    /// <summary>c at a state; that of the last state is remembered.</summary>
    /// <param name="w">The state.</param>
    public LeafVector At(LeafVector w) => Judged.At(w).Residual;

    /// <summary>∂c/∂w at a state, by its products.</summary>
    /// <param name="w">The state.</param>
    public LinearOperator Jacobian(LeafVector w) => Judged.Derivative(w);

    /// <summary>Tells of an iterate, and whether to go on from it: not where it is as accurate as was asked for, at its rounding, not finite, or the solve was
    /// cancelled.</summary>
    /// <param name="w">The iterate: the start, at first; each later one counts as an update.</param>
    public bool Continues(LeafVector w) => Judged.Continues(w);

    /// <summary>The end, with a state that is judged, whatever the method thinks of it.</summary>
    /// <param name="w">The root, as far as it is one.</param>
    public InnerSolution Solution(LeafVector w) => Judged.End(w, null, null);

    /// <summary>The end without a root.</summary>
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
    internal InnerSolution Run(RootSolver solver)
    {
        _judge = new GivenInnerSolve(solver, Problem, StartState, Watch, solver.MaxEvaluations, at => (0, solver.Residual(Problem, at).Leaves));
        return _judge.Run(() => solver.Solve(this));
    }

    private GivenInnerSolve Judged => _judge
        ?? throw new InvalidOperationException("ConditionOracle: this problem is being solved by a solver of the library.");
}
