namespace Hyperdiff;

/// <summary>A function of the caller's that finds roots by any means. Only its result is used, and that is checked.</summary>
/// <remarks>
/// The function is called with values, once per solve and once per item of a batch, on the thread of the solve. Frozen leaves of its result are ignored. c is
/// evaluated at the start, and where c is exactly 0 that is returned as it is; and at the result, which is judged as any state that is given is: by products
/// with ∂c/∂w.
/// </remarks>
/// <param name="Function">From the leaves of the start and θ to the leaves of a root.</param>
/// <param name="Tolerance">For the estimated error of w, relative to the norm of each leaf.</param>
internal sealed record BlackBoxSolver(Func<Tensor[], Tensor[]> Function, Tolerance Tolerance) : RootSolver(Tolerance)
{
    /// <inheritdoc/>
    internal override bool IsValue => false;

    public override string Name => "the solver that was given";

    internal override SolverKind Kind => SolverKind.GivenFunction;

    protected internal override InnerSolution Solve(ConditionOracle c)
    {
        (InnerProblem problem, Tensor[] start, SolveWatch watch) = (c.Problem, c.StartState, c.Watch);
        var run = new InnerRun(new ConditionProbe(this, problem, start), 1, watch);

        // where c is not defined at the start, the function may know better
        if (run.Start(ConditionProbe.LeafNorms(Residual(problem, start).Leaves)) is { } atOnce and not SolveStatus.NonFiniteInput)
        {
            return run.End(atOnce, 1);
        }

        Tensor[] state = problem.Replace(start, problem.ActiveOf(Function([.. start, .. problem.Parameters])));
        return run.EndAt(state, ConditionProbe.LeafNorms(Residual(problem, state).Leaves), 2);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Tolerance}";
}
