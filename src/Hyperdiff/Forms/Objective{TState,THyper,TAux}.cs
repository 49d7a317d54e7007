namespace Hyperdiff;

/// <summary>A scalar function that returns auxiliary outputs beside its value: they are computed, and never differentiated.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
/// <typeparam name="TAux">The structure of the auxiliary outputs.</typeparam>
public sealed class Objective<TState, THyper, TAux> : Objective<TState, THyper>
{
    internal Objective(IBoundFunction<TState, THyper> function)
        : base(function)
    {
    }

    /// <summary>The value with its auxiliary outputs.</summary>
    public (Tensor Value, TAux Auxiliary) EvaluateWithAuxiliary(TState state, THyper hyper)
    {
        (FlatTree<TState> w, FlatTree<THyper> h) = (Function.FlattenState(state), Function.FlattenHyper(hyper));
        BoundGraph bound = Function.Bind(w, h);
        Tensor[] outputs = bound.Graph.Call(bound.Operands(w.Tensors, h.Tensors)).EnsureConverged(Name);
        return (outputs[0], ((FlatTree<TAux>)bound.Auxiliary!).Rebuild(outputs[1..]));
    }
}
