namespace Hyperdiff.Testing;

/// <summary>An inner solver of some kind, on problems that are the same for all kinds.</summary>
/// <param name="Solver">The solver.</param>
internal sealed record InnerSubject(InnerSolver Solver)
{
    /// <summary>Solves a problem, and says how far it got.</summary>
    public Solution<TState> Solve<TState>(TestProblem<TState> problem, TState start, Tensor hyper, CancellationToken cancellation = default) => Solver switch
    {
        FixedPointSolver by => FixedPointMap.From(problem.Map).SolvedBy(by).Solve(start, hyper, null, cancellation),
        Minimizer by => Objective.From(problem.Objective).MinimizedBy(by).Solve(start, hyper, null, cancellation),
        _ => RootCondition.From(problem.Condition).SolvedBy((RootSolver)Solver).Solve(start, hyper, null, cancellation),
    };

    /// <summary>The solution as a value that can be differentiated.</summary>
    public Tensor Of(TestProblem<Tensor> problem, Tensor start, Tensor hyper) => Solver switch
    {
        FixedPointSolver by => FixedPoint.Of(FixedPointMap.From(problem.Map).SolvedBy(by), start, hyper),
        Minimizer by => Argmin.Of(Objective.From(problem.Objective).MinimizedBy(by), start, hyper),
        _ => Root.Of(RootCondition.From(problem.Condition).SolvedBy((RootSolver)Solver), start, hyper),
    };
}

/// <summary>A problem as a map, an objective and a condition: w − Φ = ∇f = c.</summary>
/// <param name="Map">Φ.</param>
/// <param name="Objective">f.</param>
/// <param name="Condition">c.</param>
internal sealed record TestProblem<TState>(Func<TState, Tensor, TState> Map, Func<TState, Tensor, Tensor> Objective, Func<TState, Tensor, TState> Condition);
