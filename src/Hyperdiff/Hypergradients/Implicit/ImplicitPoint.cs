namespace Hyperdiff;

/// <summary>Where an implicit hypergradient was taken, and how: what its evidence is computed from when it is asked for. It holds no intermediate
/// value.</summary>
/// <param name="Function">Φ, f or c.</param>
/// <param name="Outer">F.</param>
/// <param name="InnerSolver">Gives the condition.</param>
/// <param name="AdjointSolver">Solved the adjoint system.</param>
/// <param name="State">w.</param>
/// <param name="Hyper">λ.</param>
/// <param name="Adjoint">v, the active leaves.</param>
/// <param name="AdjointReport">How that solve ended.</param>
internal sealed record ImplicitPoint<TState, THyper>(
    IBoundFunction<TState, THyper> Function,
    Objective<TState, THyper> Outer,
    InnerSolver InnerSolver,
    LinearSolver AdjointSolver,
    FlatTree<TState> State,
    FlatTree<THyper> Hyper,
    Tensor[] Adjoint,
    SolveReport AdjointReport)
{
    /// <summary>The inner problem, its graph valid at w.</summary>
    public InnerProblem Problem() => InnerProblem.Of(Function, State, Hyper);

    /// <summary>The derivative of the condition at w.</summary>
    public ConditionDerivative Condition() =>
        ConditionDerivative.At(InnerSolver, Problem(), State.Tensors, [.. Hyper.Active.Select(i => State.Leaves.Length + i)]);
}
