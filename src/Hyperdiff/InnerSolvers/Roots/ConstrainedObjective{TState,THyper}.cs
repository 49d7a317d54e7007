namespace Hyperdiff;

/// <summary>An objective whose minimum in w is subject to constraints, <c>e(w, λ) = 0</c> and <c>i(w, λ) ≤ 0</c>; bounds on w are constraints too.</summary>
/// <remarks>
/// The minimum is a root of the conditions of Karush, Kuhn and Tucker, in w and a multiplier for each constraint:
/// <code>
/// ∇_w (f + νᵀe + μᵀi) = 0,   e = 0,   φ(−i, μ) = 0,     φ(a, b) = a + b − √(a² + b²)
/// </code>
/// φ vanishes where a ≥ 0, b ≥ 0 and a b = 0, and its derivative there picks one of the two: the slack of an active constraint stays at exactly zero, as does
/// the multiplier of an inactive one. The derivative of the minimum exists if the active constraints have independent gradients, every active inequality has μ
/// &gt; 0, and f curves upwards along what they leave free. Where an active inequality has μ = 0 it does not; a root there, or too near to tell, is reported as
/// <see cref="SolveStatus.Singular"/>, and dependent constraints make the Newton or the adjoint system so. A root at which the Lagrangian curves downwards
/// along what the active constraints leave free is reported as <see cref="SolveStatus.NotAMinimum"/>. Source: Fiacco (1976), "Sensitivity analysis for
/// nonlinear programming using penalty methods", doi:10.1007/BF01580677, theorem 2.1; for φ Fischer (1992), "A special Newton-type optimization method",
/// doi:10.1080/02331939208843795.
/// </remarks>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class ConstrainedObjective<TState, THyper>
{
    private readonly Func<TState, THyper, Tensor>? _equalities;
    private readonly Func<TState, THyper, Tensor>? _inequalities;
    private readonly Tree<TState> _state;

    internal ConstrainedObjective(Objective<TState, THyper> objective, Func<TState, THyper, Tensor>? equalities, Func<TState, THyper, Tensor>? inequalities)
    {
        (Objective, _equalities, _inequalities, _state) = (objective, equalities, inequalities, objective.Function.StateTree);
        string name = $"optimality of {objective.Name}";
        var form = new Form<KktPoint<TState>, THyper, ValueTuple>(name, (flat, point, h, _) => Residual(name, flat, point, h),
            (PointTree, objective.Function.HyperTree, Tree.Unit), null);
        Kkt = new RootCondition<KktPoint<TState>, THyper>(
            new TracedOnce<KktPoint<TState>, THyper>(new BoundForm<KktPoint<TState>, THyper, ValueTuple>(form, default(ValueTuple))));
    }

    /// <summary>f.</summary>
    public Objective<TState, THyper> Objective { get; }

    /// <summary>The condition of a minimum. It is traced once per solve, so that the constraints do not read values.</summary>
    public RootCondition<KktPoint<TState>, THyper> Kkt { get; }

    /// <summary>How the unknowns are made of tensors: for outer objectives that depend on multipliers.</summary>
    public Tree<KktPoint<TState>> PointTree => new KktPointTree<TState>(_state);

    /// <summary>Where a solve may start: at a state, with multipliers of zero.</summary>
    /// <exception cref="ArgumentException">A leaf is null, or a constraint returned null.</exception>
    public KktPoint<TState> Start(TState state, THyper hyper)
    {
        TState w = ((FlatTree<TState>)Objective.Function.FlattenState(state)).Value;
        THyper h = ((FlatTree<THyper>)Objective.Function.FlattenHyper(hyper)).Value;
        return new(w, Tensor.ZerosLike(Equalities(w, h)), Tensor.ZerosLike(Inequalities(w, h)));
    }

    /// <inheritdoc/>
    public override string ToString() => $"constrained {Objective}";

    /// <summary>φ(a, b), with the slope 1 in both where a = b = 0.</summary>
    private static Tensor Complementarity(Tensor slack, Tensor multiplier)
    {
        // the margins say it
        Tensor apart = slack.Abs().Maximum(multiplier.Abs()).Above(0, string.Empty);
        Tensor a = Tensor.Where(apart, slack, Tensor.OnesLike(slack));
        return slack + multiplier - Tensor.Where(apart, a.Hypot(multiplier), Tensor.ZerosLike(slack));
    }

    private FormOutput Residual(string name, FlatTree<KktPoint<TState>> flat, KktPoint<TState> point, THyper hyper)
    {
        (Tensor e, Tensor i) = (Equalities(point.State, hyper), Inequalities(point.State, hyper));
        TState stationarity = Diff.Grad(
            w => Objective.Evaluate(w, hyper) + (point.Equalities * Equalities(w, hyper)).Sum() + (point.Inequalities * Inequalities(w, hyper)).Sum(),
            point.State, _state);
        var residual = new KktPoint<TState>(stationarity, e, Complementarity(-i, point.Inequalities));

        // the margins: a choice between slack and multiplier is not a choice where both are zero
        Tensor margins = i.Abs().Maximum(point.Inequalities.Abs()).Flatten();
        return new FormOutput([.. ConditionOutput.Of(name, PointTree, flat, residual).Leaves, margins], null);
    }

    private Tensor Equalities(TState state, THyper hyper) => _equalities is null ? None(state)
        : Allowed.Returned(_equalities(state, hyper), $"The equalities of {Objective.Name}");

    private Tensor Inequalities(TState state, THyper hyper) => _inequalities is null ? None(state)
        : Allowed.Returned(_inequalities(state, hyper), $"The inequalities of {Objective.Name}");

    // no constraints, of the element type of w
    private Tensor None(TState state)
    {
        var flat = new FlatTree<TState>(_state, state, "w");
        return Tensor.Zeros([0], flat.Active.Select(leaf => flat.Tensors[leaf].DType).FirstOrDefault(DType.Float64));
    }
}
