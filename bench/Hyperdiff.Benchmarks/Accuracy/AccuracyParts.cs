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
