namespace Hyperdiff;

/// <summary>A condition together with the method that finds its root in w.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class RootFinding<TState, THyper>
{
    private readonly Func<FlatTree<TState>, FlatTree<THyper>, RootSolver> _solver;

    internal RootFinding(RootCondition<TState, THyper> condition, string method, Func<FlatTree<TState>, FlatTree<THyper>, RootSolver> solver) =>
        (Condition, Method, _solver) = (condition, method, solver);

    /// <summary>c.</summary>
    public RootCondition<TState, THyper> Condition { get; }

    /// <summary>What the method is called in reports.</summary>
    public string Method { get; }

    /// <summary>Finds a root, and says how far it got.</summary>
    /// <param name="start">The first iterate.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="progress">Told of every residual, on the calling thread: a <see cref="ResidualHistory"/>, say. What it throws ends the solve.</param>
    /// <param name="cancellation">Ends the iteration with <see cref="SolveStatus.Cancelled"/>.</param>
    public Solution<TState> Solve(TState start, THyper hyper, IProgress<SolveProgress>? progress = null, CancellationToken cancellation = default) =>
        InnerSolves.Run(Condition.Function, start, hyper, SolverFor(start, hyper), new SolveWatch(cancellation, progress));

    /// <inheritdoc/>
    public override string ToString() => $"root of {Condition.Name} by {Method}";

    /// <summary>The solver for structures like these.</summary>
    internal RootSolver SolverFor(TState start, THyper hyper) => _solver(Condition.Function.FlattenState(start), Condition.Function.FlattenHyper(hyper));
}
