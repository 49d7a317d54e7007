namespace Hyperdiff;

/// <summary>An inner problem at fixed hyperparameters, as a solver of one's own sees it: where it starts, whether to go on, and the end.</summary>
/// <remarks>Vectors are the leaves of the state that are differentiated. Evaluations and products are counted, and the error of what is returned is estimated
/// as for solvers of the library.</remarks>
public abstract class InnerOracle
{
    private GivenInnerSolve? _judge;

    private protected InnerOracle(InnerProblem problem, Tensor[] start, SolveWatch watch) => (Problem, StartState, Watch) = (problem, start, watch);

    /// <summary>The first iterate.</summary>
    public LeafVector Start => Judge.Start;

    /// <summary>Ends the solve; evaluations and products hear of it by themselves.</summary>
    public CancellationToken Cancellation => Judge.Cancellation;

    internal InnerProblem Problem { get; }

    internal Tensor[] StartState { get; }

    internal SolveWatch Watch { get; }

    /// <summary>Judges the solve of a solver of the user's; ours have none.</summary>
    private protected GivenInnerSolve Judge
    {
        get => _judge ?? throw new InvalidOperationException($"{GetType().Name}: this problem is being solved by a solver of the library.");
        set => _judge = value;
    }

    /// <summary>Tells of an iterate, and whether to go on from it: not where it is as accurate as was asked for, at its rounding, not finite, or the solve was
    /// cancelled.</summary>
    /// <param name="w">The iterate: the start, at first; each later one counts as an update.</param>
    public bool Continues(LeafVector w) => Judge.Continues(w);

    /// <summary>The end, with a state that is judged, whatever the method thinks of it.</summary>
    /// <param name="w">The minimum or root, as far as it is one.</param>
    public InnerSolution Solution(LeafVector w) => Judge.End(w, null, null);

    /// <summary>The end without a solution.</summary>
    /// <param name="w">The state that was reached.</param>
    /// <param name="status">How the method ended; not <see cref="SolveStatus.Converged"/>.</param>
    /// <param name="reason">Why, for the report.</param>
    /// <exception cref="ArgumentException">The status is <see cref="SolveStatus.Converged"/>, which only the library finds.</exception>
    public InnerSolution GiveUp(LeafVector w, SolveStatus status, string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return Judge.End(w, status, reason);
    }

    /// <inheritdoc/>
    public override string ToString() => "what a solver may ask of an inner problem";
}
