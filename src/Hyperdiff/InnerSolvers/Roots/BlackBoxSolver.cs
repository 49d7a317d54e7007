namespace Hyperdiff;

/// <summary>A function of the caller's that finds roots by any means. Only its result is used, and that is checked.</summary>
/// <remarks>
/// The function is called with values, once per solve and once per item of a batch, on the thread of the solve. Frozen leaves of its result are ignored. Two
/// evaluations of c: at the start, which gives the scale
/// of the tolerance, and at the result. A start that is a root already is returned as it is.
/// </remarks>
/// <param name="Function">From the leaves of the start and θ to the leaves of a root.</param>
/// <param name="Tolerance">For the estimated error of w, relative to the norm of each leaf.</param>
internal sealed record BlackBoxSolver(Func<Tensor[], Tensor[]> Function, Tolerance Tolerance) : RootSolver(Tolerance)
{
    public override string Name => "the solver that was given";

    internal override SolverKind Kind => SolverKind.GivenFunction;

    private protected override InnerSolution Find(InnerProblem problem, Tensor[] start, SolveWatch watch)
    {
        var run = new InnerRun(this, problem, start, 1, watch);

        // where c is not defined at the start, the function may know better
        if (run.Start(ConditionProbe.LeafNorms(Residual(problem, start).Leaves)) is { } atOnce and not SolveStatus.NonFiniteInput)
        {
            return run.End(atOnce, 1);
        }

        Tensor[] state = problem.Replace(start, problem.ActiveOf(Function([.. start, .. problem.Parameters])));
        LeafVector step = new LeafVector(problem.ActiveOf(state)) - problem.ActiveOf(start);
        SolveStatus status = run.Next(state, ConditionProbe.LeafNorms(Residual(problem, state).Leaves), ConditionProbe.LeafNorms(step.Leaves))!.Value;

        // what two evaluations do not show, a solve does
        return run.End(status, 2, settle: status == SolveStatus.MaxIterations);
    }
}
