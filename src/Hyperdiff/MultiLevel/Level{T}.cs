namespace Hyperdiff;

/// <summary>The parameters of one problem among several, of a type.</summary>
/// <typeparam name="T">The structure of the parameters.</typeparam>
public sealed class Level<T> : Level
{
    internal Level(string name, FlatTree<T> start, Tree<T> tree)
        : base(name) => (Flat, Tree) = (start, tree);

    /// <summary>The first parameters.</summary>
    public T Start => Flat.Rebuild(Flat.Tensors);

    internal FlatTree<T> Flat { get; }

    /// <summary>Steps of an optimizer on this problem's objective, in an outer loop that alternates between problems: see
    /// <see cref="OuterLoop.Over{T}(MultiLevel, Level{T}, ReadOnlySpan{LevelSteps})"/>.</summary>
    /// <param name="optimizer">The optimizer, whose memory is kept throughout.</param>
    /// <param name="steps">How many for every step of the problem that the loop is over.</param>
    public LevelSteps StepsBy(Optimizer optimizer, int steps = 1)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        return new LevelSteps<T>(this, optimizer, Allowed.AtLeast(1, steps));
    }

    internal override void Flatten(LevelPoint point, LeafWriter writer) => writer.Child(Name, Tree, point.Of(this));

    internal override LevelPoint Rebuild(LevelPoint point, LeafReader reader) => point.With(this, reader.Child(Tree, Flat.Prototype));

    internal Tree<T> Tree { get; }

    /// <summary>The problem that these parameters minimize an objective.</summary>
    /// <param name="objective">(own parameters, the others) to a scalar.</param>
    /// <param name="by">Finds the minimum where another problem needs it; <see cref="Minimizer.NewtonCg"/> if absent.</param>
    /// <param name="response">How others find and differentiate the solution, unless they say otherwise; <see cref="Response.Implicit"/> if absent.</param>
    public LevelProblem Minimizes(Func<T, LevelScope, Tensor> objective, Minimizer? by = null, Response? response = null)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return new MinimumLevel<T>(this, objective, by ?? Minimizer.NewtonCg(), response ?? Response.Implicit());
    }

    /// <summary>The problem that these parameters are the fixed point of a map.</summary>
    /// <param name="map">(own parameters, the others) to the next parameters.</param>
    /// <param name="by">Finds the fixed point; <see cref="FixedPoint.Iteration"/> if absent.</param>
    /// <param name="response">How others find and differentiate the solution, unless they say otherwise; <see cref="Response.Implicit"/> if absent.</param>
    public LevelProblem Repeats(Func<T, LevelScope, T> map, FixedPointSolver? by = null, Response? response = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        return new FixedPointLevel<T>(this, map, by ?? FixedPoint.Iteration(), response ?? Response.Implicit());
    }

    /// <summary>The problem that these parameters are the root of a condition.</summary>
    /// <param name="condition">(own parameters, the others) to a structure like the parameters, which is to be zero.</param>
    /// <param name="by">Finds the root; <see cref="Root.Newton"/> if absent.</param>
    /// <param name="response">How others differentiate the solution, unless they say otherwise; <see cref="Response.Implicit"/> if absent.</param>
    public LevelProblem Satisfies(Func<T, LevelScope, T> condition, RootSolver? by = null, Response? response = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return new RootLevel<T>(this, condition, by ?? Root.Newton(), response ?? Response.Implicit());
    }
}

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
