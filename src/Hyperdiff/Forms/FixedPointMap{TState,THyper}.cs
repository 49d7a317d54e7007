namespace Hyperdiff;

/// <summary>A map Φ(w, λ) whose fixed point <c>w = Φ(w, λ)</c> is an inner problem's solution, bound to its data.</summary>
/// <remarks>Made by generated code (<c>Logistic.StepMap(x, y)</c>) or from a function by <see cref="FixedPointMap.From{TState, THyper}"/>.</remarks>
/// <typeparam name="TState">The structure of the state w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public class FixedPointMap<TState, THyper>
{
    private protected FixedPointMap(IBoundFunction<TState, THyper> function) => Function = function;

    /// <summary>The name of the method behind the map.</summary>
    public string Name => Function.Name;

    /// <summary>How often the method behind the map was traced and compiled, for all its bindings together.</summary>
    public int Traces => Function.Traces;

    /// <summary>Whether the map is declared to have a Jacobian that is not symmetric.</summary>
    public bool IsNonSymmetric => Function.IsNonSymmetric;

    /// <summary>How the state is made of tensors.</summary>
    public Tree<TState> StateTree => Function.StateTree;

    /// <summary>What the function behind the map captured, if that is a lambda or a method of an object: constants to it, as they are now.</summary>
    public IReadOnlyList<CapturedVariable> Captures => CapturedVariable.Of(Function.Captured);

    internal IBoundFunction<TState, THyper> Function { get; }

    internal static FixedPointMap<TState, THyper> Create(IBoundFunction<TState, THyper> function) => new(function);

    /// <summary>One step: Φ(w, λ).</summary>
    public TState Evaluate(TState state, THyper hyper)
    {
        (FlatTree<TState> w, FlatTree<THyper> h) = (Function.FlattenState(state), Function.FlattenHyper(hyper));
        BoundGraph bound = Function.Bind(w, h);
        Tensor[] outputs = bound.Graph.Call(bound.Operands(w.Tensors, h.Tensors)).EnsureConverged(Name);
        return w.Rebuild(outputs[..w.Leaves.Length]);
    }

    /// <summary>The same map, with the promise that ∂Φ/∂w is not symmetric: adjoints and tangents by solvers for symmetric systems throw, before any
    /// work.</summary>
    /// <remarks>
    /// Without it such a solver goes to work, and a hypergradient warns where conjugate gradients met an asymmetry. A map that is a gradient step has a
    /// symmetric Jacobian; a recurrent network, a preconditioned or an alternating step has none.
    /// </remarks>
    public FixedPointMap<TState, THyper> AsNonSymmetric() => Create(new NonSymmetric<TState, THyper>(Function));

    /// <summary>The same map, traced anew by each computation: what a form that is kept must agree with, if its function is pure.</summary>
    public FixedPointMap<TState, THyper> AsUncached() => Create(Function.Uncached());

    /// <inheritdoc/>
    public override string ToString() => $"fixed-point map {Name}";
}
