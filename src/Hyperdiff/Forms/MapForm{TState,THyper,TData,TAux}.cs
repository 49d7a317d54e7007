namespace Hyperdiff;

/// <summary>A <c>[FixedPointMap]</c> method with auxiliary outputs as a value. Made by generated code, once per method.</summary>
/// <typeparam name="TState">The structure of the state w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
/// <typeparam name="TData">The structure of the data.</typeparam>
/// <typeparam name="TAux">The structure of the auxiliary outputs.</typeparam>
public sealed class MapForm<TState, THyper, TData, TAux>
{
    private readonly Form<TState, THyper, TData> _form;

    /// <summary>The form of a pure method.</summary>
    /// <param name="name">The name of the method, for messages.</param>
    /// <param name="method">The method: (w, λ, data) → (Φ(w, λ), auxiliary outputs).</param>
    /// <param name="state">How w is made of tensors.</param>
    /// <param name="hyper">How λ is made of tensors.</param>
    /// <param name="data">How the data are made of tensors; its leaf names are those of the method's parameters.</param>
    /// <param name="auxiliary">How the auxiliary outputs are made of tensors.</param>
    public MapForm(
        string name, Func<TState, THyper, TData, (TState State, TAux Auxiliary)> method, Tree<TState> state, Tree<THyper> hyper, Tree<TData> data,
        Tree<TAux> auxiliary) =>
        _form = new(name, (flat, w, h, d) => MapOutput.WithAuxiliary(name, (state, auxiliary), flat, method(w, h, d)), (state, hyper, data),
            new FormCache(method));

    internal MapForm(Form<TState, THyper, TData> form) => _form = form;

    /// <summary>The map over these data.</summary>
    public FixedPointMap<TState, THyper, TAux> Bind(TData data) => new(new BoundForm<TState, THyper, TData>(_form, data));

    /// <summary>Jᵀ ȳ for J = ∂/∂w: what a <c>[GradientOf]</c> method computes.</summary>
    public TState Pullback(TState state, THyper hyper, TData data, TState cotangent) => _form.Pullback(state, hyper, data, cotangent);

    /// <inheritdoc/>
    public override string ToString() => $"map {_form.Name}, a function of data";
}
