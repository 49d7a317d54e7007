namespace Hyperdiff;

/// <summary>A map together with the method that finds its fixed point in w.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class FixedPointFinding<TState, THyper> : SolvedFunction<TState, THyper>
{
    internal FixedPointFinding(FixedPointMap<TState, THyper> map, FixedPointSolver solver)
        : base(map.Function, solver.Name) => (Map, Solver) = (map, solver);

    /// <summary>Φ.</summary>
    public FixedPointMap<TState, THyper> Map { get; }

    /// <summary>The method.</summary>
    public FixedPointSolver Solver { get; }

    /// <inheritdoc/>
    public override string ToString() => $"fixed point of {Map.Name} by {Solver.Name}";

    internal override InnerSolver SolverAt(BilevelPoint point) => Solver;
}
