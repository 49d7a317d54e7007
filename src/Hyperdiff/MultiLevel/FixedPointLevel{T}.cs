namespace Hyperdiff;

/// <summary>A problem whose parameters are the fixed point of a map.</summary>
internal sealed class FixedPointLevel<T>(Level<T> level, Func<T, LevelScope, T> map, FixedPointSolver by, Response response) : LevelProblem<T>(level, response)
{
    internal override Delegate Function => map;

    protected override string Kind => "a fixed point";

    protected override Tensor[] Outputs(T own, LevelScope scope) => MapOutput.Of(Own.Name, Own.Tree, Own.Flat, map(own, scope)).Leaves;

    protected override T Solution(T start, Func<T, LevelScope> scope, LinearSolver? adjoint, bool stays) =>
        FixedPoint.Of(FixedPointMap.From<T, ValueTuple>((w, _) => map(w, scope(w)), Own.Name, Own.Tree, Tree.Unit)
            .SolvedBy(stays ? by with { Tolerance = Nothing } : by), start, default, adjoint);

    protected override T Steps(T start, Func<T, LevelScope> scope, UnrolledResponse how) =>
        how.By is null ? Loop.Iterate(how.Steps, w => map(w, scope(w)), start, Own.Tree) : base.Steps(start, scope, how);
}
