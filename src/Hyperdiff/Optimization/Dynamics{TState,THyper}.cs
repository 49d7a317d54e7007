namespace Hyperdiff;

/// <summary>An optimizer at work on an objective, as a map of the optimizer's state: <c>s ← Opt_λ(s, ∇_w f_t(w, λ))</c>, which changes with the step
/// t.</summary>
/// <remarks>
/// The state holds the parameters, what the rule remembers, and the number of steps, so that the map is pure although it changes: whatever depends on the step,
/// a schedule or the choice of a minibatch, is the same when a reverse pass comes back to it. It has no fixed point that one could differentiate implicitly;
/// iterative methods differentiate through its steps, in λ and in the state it begins with. Made by
/// <see cref="Dynamics.Unroll{TState, THyper}(Objective{TState, THyper}, Func{THyper, Optimizer})"/> and <see cref="Dynamics.From"/>.
/// </remarks>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ: of the objective, of the optimizer, or of both.</typeparam>
public sealed class Dynamics<TState, THyper>
{
    private readonly Func<TState, THyper, Tensor, TState> _gradient;
    private readonly Func<Tensor, Objective<TState, THyper>> _objective;
    private readonly Func<THyper, Optimizer> _by;
    private readonly Tree<TState> _tree;
    private readonly Tree<THyper> _hyperTree;

    internal Dynamics(
        string name,
        (Func<TState, THyper, Tensor, TState> Gradient, Func<Tensor, Objective<TState, THyper>> At) objective,
        Func<THyper, Optimizer> by,
        Tree<TState> state,
        Tree<THyper> hyper)
    {
        (Name, _gradient, _objective, _by, _tree, _hyperTree) = (name, objective.Gradient, objective.At, by, state, hyper);
        var form = new Form<OptimizerState<TState>, THyper, ValueTuple>(name, (flat, s, h, _) => MapOutput.Of(name, StateTree, flat, Next(s, h)),
            (StateTree, hyper, Tree.Unit), null);
        Map = FixedPointMap<OptimizerState<TState>, THyper>.Create(
            new TracedOnce<OptimizerState<TState>, THyper>(new BoundForm<OptimizerState<TState>, THyper, ValueTuple>(form, default(ValueTuple))));
    }

    /// <summary>What it is called in messages and reports.</summary>
    public string Name { get; }

    /// <summary>How the state is made of tensors, for <see cref="Loop.Iterate"/>.</summary>
    public Tree<OptimizerState<TState>> StateTree => new OptimizerStateTree<TState>(_tree);

    internal FixedPointMap<OptimizerState<TState>, THyper> Map { get; }

    /// <summary>f_t, the objective whose gradient the step after t steps takes.</summary>
    internal Objective<TState, THyper> ObjectiveAt(Tensor taken) => _objective(taken);

    /// <summary>The rule for these hyperparameters.</summary>
    internal Optimizer Rule(THyper hyper) => _by(hyper);

    /// <summary>The state before the first step, for these parameters.</summary>
    /// <exception cref="ArgumentException">A leaf is null.</exception>
    /// <exception cref="DTypeMismatchException">No leaf of the parameters holds floating numbers.</exception>
    public OptimizerState<TState> Start(TState parameters, THyper hyper) =>
        Allowed.Returned(_by(new FlatTree<THyper>(_hyperTree, hyper, "λ").Value), "The function from λ to an optimizer").Start(parameters, _tree);

    /// <summary>One step.</summary>
    /// <exception cref="ArgumentException">The state is that of a rule which remembers something else.</exception>
    public OptimizerState<TState> Next(OptimizerState<TState> state, THyper hyper)
    {
        ArgumentNullException.ThrowIfNull(state);
        return _by(hyper).Next(state, _gradient(state.Parameters, hyper, state.Counter));
    }

    /// <inheritdoc/>
    public override string ToString() => $"dynamics of {Name}";
}
