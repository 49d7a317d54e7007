namespace Hyperdiff;

/// <summary>A condition c at fixed hyperparameters, as a root finder sees it: what it is at a state, and whether a state is a root.</summary>
/// <remarks>
/// A root finder of one's own asks for c and products with its Jacobian, tells of its iterates while it is to go on, and returns the last:
/// <code>
/// while (c.Continues(w))
/// {
///     w = …;
/// }
///
/// return c.Solution(w);
/// </code>
/// Vectors are the leaves of the state that are differentiated. Evaluations and products are counted; the error of what is returned is estimated as for our own
/// root finders.
/// </remarks>
public sealed class ConditionOracle : InnerOracle
{
    internal ConditionOracle(InnerProblem problem, Tensor[] start, SolveWatch watch)
        : base(problem, start, watch)
    {
    }

    /// <summary>c at a state; that of the last state is remembered.</summary>
    /// <param name="w">The state.</param>
    public LeafVector At(LeafVector w) => Judge.At(w).Residual;

    /// <summary>∂c/∂w at a state, by its products.</summary>
    /// <param name="w">The state.</param>
    public LinearOperator Jacobian(LeafVector w) => Judge.Derivative(w);

    /// <summary>A solve by a solver of the user's, judged.</summary>
    internal InnerSolution Run(RootSolver solver)
    {
        Judge = new GivenInnerSolve(
            new ConditionProbe(solver, Problem, StartState), Watch, solver.MaxEvaluations, at => (0, solver.Residual(Problem, at).Leaves));
        return Judge.Run(() => solver.Solve(this));
    }
}
