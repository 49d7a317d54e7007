namespace Hyperdiff;

/// <summary>A method that differentiates the steps of a map: the exact derivative of F at the last iterate. It takes maps that change with the step
/// too.</summary>
public abstract class IterativeMethod : HypergradientMethod
{
    private protected IterativeMethod()
    {
    }

    /// <summary>Runs the map from a start and computes the hypergradient of F at the last iterate.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">w₀.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="progress">Told of the length of every step, and then of the norm of the adjoint on the way back, with their names, on the calling thread.
    /// What it throws ends the computation.</param>
    /// <param name="cancellation">Throws between steps.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public new IterativeHypergradient<TState, THyper> Compute<TState, THyper>(
        BilevelProblem<TState, THyper> problem, TState start, THyper hyper, IProgress<SolveProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return IterateCore(problem, start, hyper, new SolveWatch(cancellation, progress));
    }

    /// <summary>Runs an optimizer from the parameters w₀, with a fresh memory, and computes the hypergradient of F at its last iterate.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">w₀.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="progress">Told of the length of every step, and then of the norm of the adjoint on the way back, with their names, on the calling thread.
    /// What it throws ends the computation.</param>
    /// <param name="cancellation">Throws between steps.</param>
    /// <returns>A result whose state, and gradient in the start, are structures of parameters and memory.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IterativeHypergradient<OptimizerState<TState>, THyper> Compute<TState, THyper>(
        UnrolledProblem<TState, THyper> problem, TState start, THyper hyper, IProgress<SolveProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return IterateCore(problem.Steps, problem.Inner.Start(start, hyper), hyper, new SolveWatch(cancellation, progress));
    }

    /// <summary>Runs an optimizer on from a state, and computes the hypergradient of F at its last iterate.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">Where the optimizer is: it takes its steps from there, and counts them on.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="progress">Told of the length of every step, and then of the norm of the adjoint on the way back, with their names, on the calling thread.
    /// What it throws ends the computation.</param>
    /// <param name="cancellation">Throws between steps.</param>
    /// <returns>A result whose state, and gradient in the start, are structures of parameters and memory.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IterativeHypergradient<OptimizerState<TState>, THyper> Compute<TState, THyper>(
        UnrolledProblem<TState, THyper> problem, OptimizerState<TState> start, THyper hyper, IProgress<SolveProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(start);
        return IterateCore(problem.Steps, start, hyper, new SolveWatch(cancellation, progress));
    }

    private protected sealed override HypergradientResult<TState, THyper> ComputeCore<TState, THyper>(
        BilevelProblem<TState, THyper> problem, TState start, THyper hyper, SolveWatch watch) => IterateCore(problem, start, hyper, watch);

    private protected abstract IterativeHypergradient<TState, THyper> IterateCore<TState, THyper>(
        BilevelProblem<TState, THyper> problem, TState start, THyper hyper, SolveWatch watch);
}
