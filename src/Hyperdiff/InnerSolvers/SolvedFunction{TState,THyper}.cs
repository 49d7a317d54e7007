namespace Hyperdiff;

/// <summary>A function together with how its problem in w is solved: a map whose fixed point is found, an objective that is minimized, a condition whose root
/// is found. The inner part of a bilevel problem.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public abstract class SolvedFunction<TState, THyper> : ISolvedFunction
{
    private protected SolvedFunction(IBoundFunction<TState, THyper> function, string method) => (Function, Method) = (function, method);

    /// <summary>What the method is called in reports.</summary>
    public string Method { get; }

    internal IBoundFunction<TState, THyper> Function { get; }

    IBoundFunction ISolvedFunction.Function => Function;

    /// <summary>Solves the problem, and says how far it got.</summary>
    /// <param name="start">The first iterate.</param>
    /// <param name="hyper">The hyperparameters λ.</param>
    /// <param name="progress">Told of every residual, on the calling thread: a <see cref="ResidualHistory"/>, say. What it throws ends the solve.</param>
    /// <param name="cancellation">Ends the iteration with <see cref="SolveStatus.Cancelled"/>.</param>
    public Solution<TState> Solve(TState start, THyper hyper, IProgress<SolveProgress>? progress = null, CancellationToken cancellation = default)
    {
        BilevelPoint point = PointAt(start, hyper);
        return InnerSolves.Run<TState>(Function, point, SolverAt(point), new SolveWatch(cancellation, progress));
    }

    /// <summary>The solver at a point, for structures like those there.</summary>
    internal abstract InnerSolver SolverAt(BilevelPoint point);

    InnerSolver ISolvedFunction.SolverAt(BilevelPoint point) => SolverAt(point);

    /// <summary>A state and hyperparameters, taken apart.</summary>
    internal BilevelPoint PointAt(TState state, THyper hyper) => new(Function.FlattenState(state), Function.FlattenHyper(hyper));

    /// <summary>The solution as a differentiable value.</summary>
    internal TState Differentiable(TState start, THyper hyper, LinearSolver? adjoint, LinearSolver? tangent)
    {
        BilevelPoint point = PointAt(start, hyper);
        return InnerSolves.Differentiable<TState>(Function, point, SolverAt(point), adjoint, tangent);
    }
}
