namespace Hyperdiff;

/// <summary>Runs inner solvers on bound functions of structures: with a status, or as a differentiable value.</summary>
internal static class InnerSolves
{
    public static Solution<TState> Run<TState>(IBoundFunction function, BilevelPoint point, InnerSolver solver, SolveWatch watch)
    {
        using Work.Scope work = Work.Under(watch.Cancellation);
        var problem = InnerProblem.Of(function, point);
        string name = $"{solver.Name} of {function.Name}";
        InnerSolution solution = solver.Solve(problem, point.State.Tensors, watch.Of(name));
        return new Solution<TState>(
            ((FlatTree<TState>)point.State).Rebuild(solution.State), solution.Report with { Solver = solution.Named(name), Kind = solver.KindOn(problem) });
    }

    public static TState Differentiable<TState>(
        IBoundFunction function, BilevelPoint point, InnerSolver solver, LinearSolver? adjoint, LinearSolver? tangent = null) =>
        ((FlatTree<TState>)point.State).Rebuild(DifferentiableLeaves(function, point, solver, adjoint, tangent));

    /// <summary>The leaves of the solution as a differentiable value.</summary>
    public static Tensor[] DifferentiableLeaves(
        IBoundFunction function, BilevelPoint point, InnerSolver solver, LinearSolver? adjoint, LinearSolver? tangent = null)
    {
        adjoint ??= solver.DefaultAdjoint;
        tangent ??= adjoint;
        DeclaredStructure.Require(function, tangent);
        DeclaredStructure.Require(function, adjoint);
        var problem = InnerProblem.Of(function, point, readable: false);
        var solve = new ImplicitSolve(problem.Graph, problem.States, problem.Active, solver, tangent, adjoint, function.Name);
        Tensor[] results = solve.Apply([.. point.State.Tensors, .. problem.Parameters]);
        if (!results[^1].IsTraced)
        {
            SolveReports.ThrowUnlessConverged("This value", solve.Name, results[^1]);
        }

        return results[..^1];
    }
}
