namespace Hyperdiff;

/// <summary>A map that returns auxiliary outputs beside the next state: they are computed, and never differentiated through the fixed point.</summary>
/// <typeparam name="TState">The structure of the state w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
/// <typeparam name="TAux">The structure of the auxiliary outputs.</typeparam>
public sealed class FixedPointMap<TState, THyper, TAux> : FixedPointMap<TState, THyper>
{
    internal FixedPointMap(IBoundFunction<TState, THyper> function)
        : base(function)
    {
    }

    /// <summary>The same map, with the promise that ∂Φ/∂w is not symmetric. See <see cref="FixedPointMap{TState, THyper}.AsNonSymmetric"/>.</summary>
    public new FixedPointMap<TState, THyper, TAux> AsNonSymmetric() => new(new NonSymmetric<TState, THyper>(Function));

    /// <summary>One step with its auxiliary outputs.</summary>
    public (TState State, TAux Auxiliary) EvaluateWithAuxiliary(TState state, THyper hyper)
    {
        (FlatTree<TState> w, FlatTree<THyper> h) = (Function.FlattenState(state), Function.FlattenHyper(hyper));
        BoundGraph bound = Function.Bind(w, h);
        Tensor[] outputs = bound.Graph.Call(bound.Operands(w.Tensors, h.Tensors)).EnsureConverged(Name);
        int states = w.Leaves.Length;
        return (w.Rebuild(outputs[..states]), ((FlatTree<TAux>)bound.Auxiliary!).Rebuild(outputs[states..]));
    }
}
