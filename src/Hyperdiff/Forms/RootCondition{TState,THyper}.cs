namespace Hyperdiff;

/// <summary>A condition c(w, λ) whose root <c>c(w, λ) = 0</c> is an inner problem's solution, bound to its data.</summary>
/// <remarks>Made by generated code (<c>Model.BalanceCondition(x)</c>) or from a function by <see cref="RootCondition.From{TState, THyper}"/>; any method may
/// find the root: <see cref="Root"/>.</remarks>
/// <typeparam name="TState">The structure of the state w, and of c.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class RootCondition<TState, THyper>
{
    internal RootCondition(IBoundFunction<TState, THyper> function) => Function = function;

    /// <summary>The name of the function behind the condition.</summary>
    public string Name => Function.Name;

    /// <summary>How often the function behind the condition was traced and compiled, for all its bindings together.</summary>
    public int Traces => Function.Traces;

    /// <summary>How the state is made of tensors.</summary>
    public Tree<TState> StateTree => Function.StateTree;

    /// <summary>What the function behind the condition captured, if that is a lambda or a method of an object: constants to it, as they are now.</summary>
    public IReadOnlyList<CapturedVariable> Captures => CapturedVariable.Of(Function.Captured);

    internal IBoundFunction<TState, THyper> Function { get; }

    /// <summary>c(w, λ): what is left of the condition at a state.</summary>
    public TState Evaluate(TState state, THyper hyper)
    {
        (FlatTree<TState> w, FlatTree<THyper> h) = (Function.FlattenState(state), Function.FlattenHyper(hyper));
        BoundGraph bound = Function.Bind(w, h);
        Tensor[] outputs = bound.Graph.Call(bound.Operands(w.Tensors, h.Tensors)).EnsureConverged(Name);
        return w.Rebuild(outputs[..w.Leaves.Length]);
    }

    /// <summary>The same condition, traced anew by each computation: what a form that is kept must agree with, if its function is pure.</summary>
    public RootCondition<TState, THyper> AsUncached() => new(Function.Uncached());

    /// <inheritdoc/>
    public override string ToString() => $"condition {Name}";
}
