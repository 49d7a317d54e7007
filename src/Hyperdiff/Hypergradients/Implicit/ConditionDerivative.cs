using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>The derivative of the inner condition R(w, θ) at a solution, linearized once in w and λ together: the adjoint system, and the way from its solution
/// to λ.</summary>
/// <remarks>Both directions share the residuals of one evaluation of R; what a product with one of them does not need is not computed.</remarks>
internal sealed class ConditionDerivative
{
    private readonly LinearMap _map;
    private readonly ImplicitRule _rule;
    private readonly Graph _toHyper;

    private ConditionDerivative(LinearMap map, ImplicitRule rule, InnerProblem problem)
    {
        (_map, _rule, Problem) = (map, rule, problem);
        TransposedGraph transposed = map.Linearized.Transposed;
        Graph complete = WithAllCotangents(transposed.Graph, map.Linearized, rule.Types);
        int states = problem.Active.Count;
        Adjoint = new LinearOperator(Subgraph.Outputs(complete, ..states), map.Residuals.ToArray());
        _toHyper = OfNegated(Subgraph.Outputs(complete, states..), map.Residuals.Length);
        DependsOn = transposed.Reached[states..];
    }

    /// <summary>u ↦ (∂R/∂w)ᵀ u: I − Jᵀ for a fixed point, H for a minimum, Aᵀ for a root.</summary>
    public LinearOperator Adjoint { get; }

    /// <summary>R at the state, the active leaves.</summary>
    public Tensor[] Value => _map.Outputs;

    /// <summary>The problem whose condition this is, its graph valid at the state.</summary>
    public InnerProblem Problem { get; }

    /// <summary>For every active leaf of λ, whether R depends on it.</summary>
    public ImmutableArray<bool> DependsOn { get; }

    /// <summary>Linearizes the condition of a problem at a point.</summary>
    /// <param name="solver">Gives the condition.</param>
    /// <param name="problem">The problem.</param>
    /// <param name="point">w and λ.</param>
    public static ConditionDerivative At(InnerSolver solver, InnerProblem problem, BilevelPoint point)
    {
        problem = problem.At(point.State.Tensors);
        var rule = ImplicitRule.At(solver, problem, point.State.Tensors);
        LinearMap map = rule.InBoth(point.HyperInputs);
        SolveException.ThrowUnlessConverged("The inner condition", map.Reports);
        return new ConditionDerivative(map, rule, problem);
    }

    /// <summary>−(∂R/∂λ)ᵀ v, the indirect part: Pᵀv for a fixed point, −Bᵀv for a minimum.</summary>
    public Tensor[] ToHyper(Tensor[] adjoint) => _toHyper.Call([.. adjoint, .. _map.Residuals]).EnsureConverged("The indirect part");

    /// <summary>−(∂R/∂λ) λ̇: P λ̇ for a fixed point, −B λ̇ for a minimum.</summary>
    public Tensor[] FromHyper(Tensor[] tangent)
    {
        (Tensor?[] change, ImmutableArray<SolveReport> reports) = _map.Apply([.. LeafVector.Zeros(_rule.Types), .. tangent]);
        SolveException.ThrowUnlessConverged("The change of the inner condition", reports);
        return _rule.RightHandSide(change);
    }

    // −(Cᵀ v) as Cᵀ(−v), which is the same to the bit: the sign of a fixed point's condition cancels it, and v is often smaller than λ
    private static Graph OfNegated(Graph graph, int residuals) =>
        graph.Derive(new NegatedKey(residuals), product => Simplification.Of(TracedFunction.Of(
        operands => product.Call([.. (-new LeafVector(operands[..^residuals])).Leaves, .. operands[^residuals..]]).Outputs,
        [.. product.Inputs.Select(input => input.Type)]).Graph));

    // A leaf of R that is structurally constant takes no cotangent; the operator takes one for every leaf, and ignores it.
    private static Graph WithAllCotangents(Graph transposed, LinearizedGraph linearized, ImmutableArray<TensorType> types)
    {
        return linearized.ActiveOutputs.Length == types.Length
            ? transposed
            : transposed.Derive(AllCotangentsKey.Instance, graph => TracedFunction.Of(
                operands => graph.Call([.. linearized.ActiveOutputs.Select(i => operands[i]), .. operands[types.Length..]]).Outputs,
                [.. types, .. graph.Inputs.TakeLast(linearized.ResidualCount).Select(input => input.Type)]).Graph);
    }

    private readonly record struct NegatedKey(int Residuals) : IDerivation<Graph>;

    private sealed record AllCotangentsKey : IDerivation<Graph>
    {
        public static AllCotangentsKey Instance { get; } = new();
    }
}
