using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A problem whose derivatives are checked.</summary>
/// <param name="Function">Φ, f or c.</param>
/// <param name="Outer">F.</param>
/// <param name="Solver">Finds the inner solution, and gives the condition.</param>
/// <param name="Again">Finds it again near by, accurately: what differences need.</param>
internal sealed record CheckedProblem(IBoundFunction Function, IBoundFunction Outer, InnerSolver Solver, InnerSolver Again)
{
    /// <summary>The value of an objective as a graph at a point, with its operands.</summary>
    public static (Graph Graph, Tensor[] Operands) Scalar(IBoundFunction objective, BilevelPoint point)
    {
        BoundGraph bound = objective.Bind(point.State, point.Hyper);
        return (Subgraph.Outputs(bound.Graph, ..1), bound.Operands(point.State.Tensors, point.Hyper.Tensors));
    }

    /// <summary>The condition as a graph at a point, with its operands.</summary>
    public (Graph Graph, Tensor[] Operands) Condition(BilevelPoint point)
    {
        var problem = InnerProblem.Of(Function, point);
        return (Solver.Condition(problem), [.. point.State.Tensors, .. problem.Parameters]);
    }

    /// <summary>Solves the inner problem at a point.</summary>
    public InnerSolution Solve(InnerSolver by, BilevelPoint point, CancellationToken cancellation) =>
        by.Solve(InnerProblem.Of(Function, point), point.State.Tensors, cancellation);
}
