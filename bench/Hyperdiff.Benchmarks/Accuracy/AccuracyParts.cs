namespace Hyperdiff.Benchmarks.Accuracy;

/// <summary>What a problem is made of, in one element type.</summary>
/// <param name="Problem">The problem.</param>
/// <param name="Hyper">λ.</param>
/// <param name="State">A state from its leaves.</param>
/// <param name="StateLeaves">The leaves of a state.</param>
/// <param name="HyperLeaves">The leaves of hyperparameters.</param>
/// <param name="IsSymmetric">Whether J is symmetric.</param>
/// <param name="Data">The arrays that a peer reads.</param>
internal sealed record AccuracyParts<TState, THyper>(
    FixedPointProblem<TState, THyper> Problem, THyper Hyper, Func<Tensor[], TState> State, Func<TState, Tensor[]> StateLeaves,
    Func<THyper, Tensor[]> HyperLeaves, bool IsSymmetric, (string Name, Tensor Value)[] Data)
{
    /// <summary>The problem with states taken as they are given.</summary>
    public FixedPointProblem<TState, THyper> Given { get; } =
        Bilevel.Problem(Problem.Inner.Map.SolvedBy(FixedPoint.Iteration(maxIterations: 0)), Problem.Outer);

    /// <summary>The leaves of the first state of a solve; none if the problem is only taken at its solution.</summary>
    public Tensor[] First { get; init; } = [];

    /// <summary>The objective that is smallest where the map is at rest; null if the map is not one of descent.</summary>
    public Objective<TState, THyper>? Objective { get; init; }

    /// <summary>The problem with its inner problem solved to a tolerance; null if it is not of that kind.</summary>
    public BilevelProblem<TState, THyper>? SolvedBy(AccuracyInner inner, double tolerance) =>
        inner.Map is { } map ? Bilevel.Problem(Problem.Inner.Map.SolvedBy(map(tolerance)), Problem.Outer)
        : Objective is { } objective ? Bilevel.Problem(objective.MinimizedBy(inner.Minimum!(tolerance)), Problem.Outer) : null;

    /// <summary>The state after so many steps from another.</summary>
    public TState After(int steps, TState start)
    {
        TState state = start;
        for (int t = 0; t < steps; t++)
        {
            state = Problem.Inner.Map.Evaluate(state, Hyper);
        }

        return state;
    }
}
