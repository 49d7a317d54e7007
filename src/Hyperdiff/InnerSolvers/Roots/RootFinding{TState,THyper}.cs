namespace Hyperdiff;

/// <summary>A condition together with the method that finds its root in w.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class RootFinding<TState, THyper> : SolvedFunction<TState, THyper>
{
    private readonly Func<BilevelPoint, RootSolver> _solver;

    internal RootFinding(RootCondition<TState, THyper> condition, string method, Func<BilevelPoint, RootSolver> solver)
        : base(condition.Function, method) => (Condition, _solver) = (condition, solver);

    /// <summary>c.</summary>
    public RootCondition<TState, THyper> Condition { get; }

    /// <inheritdoc/>
    public override string ToString() => $"root of {Condition.Name} by {Method}";

    internal override InnerSolver SolverAt(BilevelPoint point) => _solver(point);
}
