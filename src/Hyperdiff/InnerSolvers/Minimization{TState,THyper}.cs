namespace Hyperdiff;

/// <summary>An objective together with the method that minimizes it in w.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class Minimization<TState, THyper>
{
    internal Minimization(Objective<TState, THyper> objective, Minimizer minimizer) => (Objective, Minimizer) = (objective, minimizer);

    /// <summary>f.</summary>
    public Objective<TState, THyper> Objective { get; }

    /// <summary>The method.</summary>
    public Minimizer Minimizer { get; }

    /// <summary>Finds a minimum, and says how far it got.</summary>
    /// <param name="start">The first iterate.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="progress">Told of every residual, on the calling thread: a <see cref="ResidualHistory"/>, say. What it throws ends the solve.</param>
    /// <param name="cancellation">Ends the iteration with <see cref="SolveStatus.Cancelled"/>.</param>
    public Solution<TState> Solve(TState start, THyper hyper, IProgress<SolveProgress>? progress = null, CancellationToken cancellation = default) =>
        InnerSolves.Run(Objective.Function, start, hyper, Minimizer, new SolveWatch(cancellation, progress));

    /// <inheritdoc/>
    public override string ToString() => $"minimize {Objective.Name} by {Minimizer.Name}";
}
