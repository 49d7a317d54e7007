using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>The gradient of the Lagrangian <c>F(w, λ) − R(w, λ)ᵀ v</c> in w and λ: the residual of the adjoint system, and the hypergradient that belongs to
/// any pair (w, v).</summary>
/// <remarks>
/// <code>
/// r(w, v) = ∇_wF − Aᵀ v,   G(w, v) = ∇_λF − (∂R/∂λ)ᵀ v
/// </code>
/// One graph gives both, and its derivative in w gives how they change with the state: second derivatives of F and R, by the rules that every derivative has.
/// </remarks>
internal sealed class LagrangianGradient
{
    private readonly Graph _graph;
    private readonly Tensor[] _shared;
    private readonly InnerProblem _problem;

    private LagrangianGradient(Graph graph, Tensor[] shared, InnerProblem problem) => (_graph, _shared, _problem) = (graph, shared, problem);

    /// <summary>The gradient whose graph holds at a state.</summary>
    public static LagrangianGradient Of(ImplicitPoint point, BilevelPoint at)
    {
        var problem = InnerProblem.Of(point.Function, at);
        Graph condition = point.InnerSolver.Condition(problem);
        BoundGraph outer = point.Outer.Bind(at.State, at.Hyper);
        int variables = at.State.Leaves.Length + at.Hyper.Leaves.Length;
        Axes active = at.Inputs;
        Graph lagrangian = condition.DeriveWith(
            outer.Graph, new Key(problem.Active, variables), graph => Lagrangian(graph, outer.Graph, variables, problem.ActiveTypes));
        Graph gradient = Subgraph.Outputs(Derivatives.Gradient(lagrangian, active), 1..);
        return new LagrangianGradient(gradient, [.. problem.Parameters, .. outer.Fixed], problem);
    }

    /// <summary>r and G.</summary>
    public (LeafVector Residual, LeafVector Hypergradient) At(Tensor[] state, Tensor[] adjoint) =>
        Split(_graph.Call([.. state, .. _shared, .. adjoint]).EnsureConverged("The error estimate"));

    /// <summary>What rounding may have done to r and to G, as norms; the name of what has no rule for that instead.</summary>
    public (double Residual, double Hypergradient, string? Unknown) RoundingAt(Tensor[] state, Tensor[] adjoint)
    {
        Tensor[] operands = [.. state, .. _shared, .. adjoint];
        double? residual = RoundingAnalysis.Norm(_graph, operands, .._problem.Active.Count, out string? unknown);
        double? hypergradient = RoundingAnalysis.Norm(_graph, operands, _problem.Active.Count.., out _);
        return (residual ?? double.NaN, hypergradient ?? double.NaN, unknown);
    }

    /// <summary>r and G, and how they change along a direction of the state.</summary>
    public (LeafVector Residual, LeafVector Hypergradient, LeafVector ResidualChange, LeafVector HypergradientChange) Along(Tensor[] state, Tensor[] adjoint,
        Tensor[] direction)
    {
        LinearMap map = LinearMap.At(_graph, [.. state, .. _shared, .. adjoint], _problem.Active);
        SolveException.ThrowUnlessConverged("The error estimate", map.Reports);
        (Tensor?[] changes, ImmutableArray<SolveReport> reports) = map.Apply(direction);
        SolveException.ThrowUnlessConverged("The error estimate", reports);
        (LeafVector residual, LeafVector hypergradient) = Split(map.Outputs);
        (LeafVector residualChange, LeafVector hypergradientChange) = Split([.. changes.Select((change, i) => change ?? Tensor.ZerosLike(map.Outputs[i]))]);
        return (residual, hypergradient, residualChange, hypergradientChange);
    }

    private (LeafVector State, LeafVector Hyper) Split(Tensor[] outputs) => (outputs[.._problem.Active.Count], outputs[_problem.Active.Count..]);

    /// <summary><c>(w, λ, data of R, data of F, v) → F − Rᵀ v</c>.</summary>
    private static Graph Lagrangian(Graph condition, Graph outer, int variables, ImmutableArray<TensorType> states)
    {
        int inner = condition.Inputs.Length;
        int data = inner + outer.Inputs.Length - variables;
        return Simplification.Of(TracedFunction.Of(
            operands =>
            {
                Tensor[] residual = condition.Call(operands.AsSpan(..inner)).Outputs;
                Tensor value = outer.Call([.. operands[..variables], .. operands[inner..data]]).Outputs[0];
                return [value.To(DType.Float64) - LeafVector.Dot(operands[data..], residual)];
            },
            [.. condition.Inputs.Select(input => input.Type), .. outer.Inputs.Skip(variables).Select(input => input.Type), .. states]).Graph);
    }

    private readonly record struct Key(Axes Active, int Variables) : IDerivation<Graph>;
}
