namespace Hyperdiff;

/// <summary>Where an implicit hypergradient was taken, and how: what its evidence is computed from when it is asked for. It holds no intermediate
/// value.</summary>
/// <param name="Function">Φ, f or c.</param>
/// <param name="Outer">F.</param>
/// <param name="InnerSolver">Gives the condition.</param>
/// <param name="AdjointSolver">Solved the adjoint system.</param>
/// <param name="Point">w and λ.</param>
/// <param name="Adjoint">v, the active leaves.</param>
/// <param name="AdjointReport">How that solve ended.</param>
internal sealed record ImplicitPoint(
    IBoundFunction Function, IBoundFunction Outer, InnerSolver InnerSolver, LinearSolver AdjointSolver, BilevelPoint Point, Tensor[] Adjoint,
        SolveReport AdjointReport)
{
    /// <summary>w.</summary>
    public FlatTree State => Point.State;

    /// <summary>λ.</summary>
    public FlatTree Hyper => Point.Hyper;

    /// <summary>The inner problem, its graph valid at w.</summary>
    public InnerProblem Problem() => InnerProblem.Of(Function, Point);

    /// <summary>The derivative of the condition at w.</summary>
    public ConditionDerivative Condition() => ConditionDerivative.At(InnerSolver, Problem(), Point);
}
