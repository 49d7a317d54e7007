using Hyperdiff.Graphs;


namespace Hyperdiff;

/// <summary>Runs inner solvers on bound functions of structures: with a status, or as a differentiable value.</summary>
internal static class InnerSolves
{
    public static Solution<TState> Run<TState, THyper>(IBoundFunction<TState, THyper> function, TState start, THyper hyper, InnerSolver solver,
        SolveWatch watch)
    {
        using Work.Scope work = Work.Under(watch.Cancellation);
        FlatTree<TState> state = function.FlattenState(start);
        InnerProblem problem = InnerProblem.Of(function, state, function.FlattenHyper(hyper));
        string name = $"{solver.Name} of {function.Name}";
        InnerSolution solution = solver.Solve(problem, state.Tensors, watch.Of(name));
        return new Solution<TState>(state.Rebuild(solution.State), solution.Report with { Solver = name, Kind = solver.KindOn(problem) });
    }

    public static TState Differentiable<TState, THyper>(
        IBoundFunction<TState, THyper> function, TState start, THyper hyper, InnerSolver solver, LinearSolver? adjoint, LinearSolver? tangent = null)
    {
        adjoint ??= solver.DefaultAdjoint;
        tangent ??= adjoint;
        DeclaredStructure.Require(function, tangent);
        DeclaredStructure.Require(function, adjoint);
        FlatTree<TState> state = function.FlattenState(start);
        InnerProblem problem = InnerProblem.Of(function, state, function.FlattenHyper(hyper), readable: false);
        var solve = new ImplicitSolve(problem.Graph, problem.States, problem.Active, solver, tangent, adjoint, function.Name);
        Tensor[] results = solve.Apply([.. state.Tensors, .. problem.Parameters]);
        if (!results[^1].IsTraced)
        {
            SolveReports.ThrowUnlessConverged("This value", solve.Name, results[^1]);
        }

        return state.Rebuild(results[..^1]);
    }
}
