namespace Hyperdiff;

/// <summary>A way to compute hypergradients of bilevel problems, as an immutable value that can be chosen at run time.</summary>
public abstract class HypergradientMethod
{
    private protected HypergradientMethod()
    {
    }

    /// <summary>Solves the inner problem from a start and computes the hypergradient there.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">The first inner iterate.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="progress">Told of every residual, of steps and solves, with their names, on the calling thread: a <see cref="ResidualHistory"/>, say. What
    /// it throws ends the computation.</param>
    /// <param name="cancellation">Ends the solves with <see cref="SolveStatus.Cancelled"/>.</param>
    /// <returns>The gradient with its evidence; ask <see cref="HypergradientResult{TState, THyper}.Converged"/> before using it.</returns>
    public HypergradientResult<TState, THyper> Compute<TState, THyper>(
        BilevelProblem<TState, THyper> problem, TState start, THyper hyper, IProgress<SolveProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return ComputeCore(problem, start, hyper, new SolveWatch(cancellation, progress));
    }

    private protected abstract HypergradientResult<TState, THyper> ComputeCore<TState, THyper>(
        BilevelProblem<TState, THyper> problem, TState start, THyper hyper, SolveWatch watch);
}
