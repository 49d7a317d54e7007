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
    /// <param name="cancellation">Ends the iteration with <see cref="SolveStatus.Cancelled"/>.</param>
    public Solution<TState> Solve(TState start, THyper hyper, CancellationToken cancellation = default) =>
        InnerSolves.Run(Objective.Function, start, hyper, Minimizer, cancellation);

    /// <inheritdoc/>
    public override string ToString() => $"minimize {Objective.Name} by {Minimizer.Name}";
}
