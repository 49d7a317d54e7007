using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>The implicit rule at a solution of <c>R(w*(θ), θ) = 0</c>: <c>(∂R/∂w) ẇ = −(∂R/∂θ) θ̇</c>. The one place that says what the derivative of an inner
/// solution is made of; the transposed system is the adjoint of hypergradients.</summary>
/// <param name="Condition">R, one output per active leaf of w.</param>
/// <param name="Point">w* and θ.</param>
/// <param name="State">The active leaves of w among the inputs.</param>
/// <param name="Types">The types of the active leaves of w, and so of R.</param>
internal readonly record struct ImplicitRule(Graph Condition, Tensor[] Point, Axes State, ImmutableArray<TensorType> Types)
{
    /// <summary>The rule at a state of a problem whose graph is valid there.</summary>
    public static ImplicitRule At(InnerSolver solver, InnerProblem problem, Tensor[] state) =>
        new(solver.Condition(problem), [.. state, .. problem.Parameters], problem.Active, problem.ActiveTypes);

    /// <summary>∂R/∂w.</summary>
    public LinearMap InState() => LinearMap.At(Condition, Point, State);

    /// <summary>∂R/∂θ, in some of the parameters.</summary>
    /// <param name="parameters">Their positions among the inputs.</param>
    public LinearMap InParameters(Axes parameters) => LinearMap.At(Condition, Point, parameters);

    /// <summary>Both together, which share one evaluation of R: w first.</summary>
    /// <param name="parameters">The positions of the parameters among the inputs.</param>
    public LinearMap InBoth(Axes parameters) => LinearMap.At(Condition, Point, [.. State.Items, .. parameters.Items]);

    /// <summary>The right-hand side, <c>−(∂R/∂θ) θ̇</c>.</summary>
    /// <param name="change">(∂R/∂θ) θ̇, null where it is structurally zero.</param>
    public Tensor[] RightHandSide(Tensor?[] change)
    {
        ImmutableArray<TensorType> types = Types;
        return [.. change.Select((leaf, i) => leaf is null ? Tensor.Zeros(types[i].Shape, types[i].DType) : -leaf)];
    }
}
