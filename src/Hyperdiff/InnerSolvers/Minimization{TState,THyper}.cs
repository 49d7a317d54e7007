namespace Hyperdiff;

/// <summary>An objective together with the method that minimizes it in w.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class Minimization<TState, THyper> : SolvedFunction<TState, THyper>
{
    internal Minimization(Objective<TState, THyper> objective, Minimizer minimizer)
        : base(objective.Function, minimizer.Name) => (Objective, Minimizer) = (objective, minimizer);

    /// <summary>f.</summary>
    public Objective<TState, THyper> Objective { get; }

    /// <summary>The method.</summary>
    public Minimizer Minimizer { get; }

    /// <inheritdoc/>
    public override string ToString() => $"minimize {Objective.Name} by {Minimizer.Name}";

    internal override InnerSolver SolverAt(BilevelPoint point) => Minimizer;
}
