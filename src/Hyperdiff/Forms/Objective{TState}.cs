namespace Hyperdiff;

/// <summary>A scalar function f(w) of the state alone: an objective whose hyperparameters, if it has any, are given.</summary>
/// <remarks>Made by <see cref="Objective{TState, THyper}.At"/>. It stands wherever an objective in other hyperparameters is asked for, and does not depend on
/// these: <c>Bilevel.Problem(dynamics, validate.At(penalty))</c>.</remarks>
/// <typeparam name="TState">The structure of w.</typeparam>
public sealed class Objective<TState>
{
    private readonly Func<TState, Tensor> _evaluate;
    private readonly Func<TState, TState> _gradient;

    internal Objective(string name, Tree<TState> state, Func<TState, Tensor> evaluate, Func<TState, TState> gradient) =>
        (Name, StateTree, _evaluate, _gradient) = (name, state, evaluate, gradient);

    /// <summary>The name of the method behind the objective.</summary>
    public string Name { get; }

    internal Tree<TState> StateTree { get; }

    /// <summary>f(w), a scalar.</summary>
    public Tensor Evaluate(TState state) => _evaluate(state);

    /// <summary>∇f(w).</summary>
    public TState Gradient(TState state) => _gradient(state);

    /// <summary>The same as a function of hyperparameters too, on which it does not depend.</summary>
    /// <param name="hyper">How these are made of tensors; looked up by type if absent.</param>
    public Objective<TState, THyper> In<THyper>(Tree<THyper>? hyper = null) => Objective.From<TState, THyper>((w, _) => Evaluate(w), Name, StateTree, hyper);

    /// <inheritdoc/>
    public override string ToString() => $"objective {Name}";
}
