namespace Hyperdiff;

/// <summary>A constrained objective together with the method that solves the conditions of its minimum.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class ConstrainedMinimization<TState, THyper>
{
    internal ConstrainedMinimization(ConstrainedObjective<TState, THyper> objective, RootSolver by) =>
        (Objective, Conditions) = (objective, objective.Kkt.SolvedBy(by));

    /// <summary>f and its constraints.</summary>
    public ConstrainedObjective<TState, THyper> Objective { get; }

    /// <summary>The conditions of the minimum, in w and the multipliers, and what solves them.</summary>
    public RootFinding<KktPoint<TState>, THyper> Conditions { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Objective} by {Conditions.Method}";
}
