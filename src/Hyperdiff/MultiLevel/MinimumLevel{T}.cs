namespace Hyperdiff;

/// <summary>A problem whose parameters minimize an objective.</summary>
internal sealed class MinimumLevel<T>(Level<T> level, Func<T, LevelScope, Tensor> objective, Minimizer by, Response response) : LevelProblem<T>(level, response)
{
    public override Func<T, LevelScope, Tensor> Objective => objective;

    internal override Delegate Function => objective;

    protected override string Kind => "a minimum";

    protected override Tensor[] Outputs(T own, LevelScope scope) => ObjectiveOutput.Of(Own.Name, objective(own, scope)).Leaves;

    protected override T Solution(T start, Func<T, LevelScope> scope, LinearSolver? adjoint, bool stays) =>
        Argmin.Of(Hyperdiff.Objective.From<T, ValueTuple>((w, _) => objective(w, scope(w)), Own.Name, Own.Tree, Tree.Unit)
            .MinimizedBy(stays ? by with { Tolerance = Nothing, ChecksCurvature = false } : by), start, default, adjoint);

    protected override T Steps(T start, Func<T, LevelScope> scope, UnrolledResponse how)
    {
        if (how.By is not { } optimizer)
        {
            return base.Steps(start, scope, how);
        }

        Dynamics<T, ValueTuple> dynamics = Dynamics.From<T, ValueTuple>((w, _, _) => objective(w, scope(w)), _ => optimizer, Own.Name, Own.Tree, Tree.Unit);
        return Loop.Iterate(how.Steps, state => dynamics.Next(state, default), dynamics.Start(start, default), dynamics.StateTree).Parameters;
    }
}
