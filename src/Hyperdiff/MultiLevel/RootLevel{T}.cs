namespace Hyperdiff;

/// <summary>A problem whose parameters are the root of a condition.</summary>
internal sealed class RootLevel<T>(Level<T> level, Func<T, LevelScope, T> condition, RootSolver by, Response response) : LevelProblem<T>(level, response)
{
    internal override Delegate Function => condition;

    protected override string Kind => "a root";

    protected override Tensor[] Outputs(T own, LevelScope scope) => ConditionOutput.Of(Own.Name, Own.Tree, Own.Flat, condition(own, scope)).Leaves;

    protected override T Solution(T start, Func<T, LevelScope> scope, LinearSolver? adjoint, bool stays) =>
        Root.Of(RootCondition.From<T, ValueTuple>((w, _) => condition(w, scope(w)), Own.Name, Own.Tree, Tree.Unit)
            .SolvedBy(stays ? by with { Tolerance = Nothing } : by), start, default, adjoint);
}
