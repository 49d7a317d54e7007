namespace Hyperdiff;

/// <summary>A <c>[FixedPointMap]</c> method as a value: made by generated code, once per method, or by <c>FixedPointMap.OfData</c>. Traced once per
/// combination of shapes and static arguments.</summary>
/// <typeparam name="TState">The structure of the state w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
/// <typeparam name="TData">The structure of the data.</typeparam>
public sealed class MapForm<TState, THyper, TData>
{
    private readonly Form<TState, THyper, TData> _form;

    /// <summary>The form of a pure method.</summary>
    /// <param name="name">The name of the method, for messages.</param>
    /// <param name="method">The method: (w, λ, data) → Φ(w, λ).</param>
    /// <param name="state">How w is made of tensors.</param>
    /// <param name="hyper">How λ is made of tensors.</param>
    /// <param name="data">How the data are made of tensors; its leaf names are those of the method's parameters.</param>
    public MapForm(string name, Func<TState, THyper, TData, TState> method, Tree<TState> state, Tree<THyper> hyper, Tree<TData> data) =>
        _form = new(name, (flat, w, h, d) => MapOutput.Of(name, state, flat, method(w, h, d)), (state, hyper, data), new FormCache(method));

    /// <summary>The form of a pure method over plain numbers, lifted to tensors.</summary>
    /// <param name="name">The name of the method, for messages.</param>
    /// <param name="lifted">The lifted method: it reads the leaves of w, λ and the data, in this order, and writes those of Φ(w, λ); the structures that it is
    /// given hold static members and lengths only.</param>
    /// <param name="state">How w is made of numbers.</param>
    /// <param name="hyper">How λ is made of numbers.</param>
    /// <param name="data">How the data are made of numbers and tensors; its leaf names are those of the method's parameters.</param>
    public MapForm(
        string name, Action<TState, THyper, TData, LeafReader, LeafWriter> lifted, Tree<TState> state, Tree<THyper> hyper, Tree<TData> data) =>
        _form = new(name, (like, leaves) => LiftedOutput.Like(name, like.State, LiftedOutput.Of(lifted, like, leaves)), (state, hyper, data),
            new FormCache(lifted));

    internal MapForm(Form<TState, THyper, TData> form) => _form = form;

    /// <summary>The map over these data.</summary>
    public FixedPointMap<TState, THyper> Bind(TData data) => FixedPointMap<TState, THyper>.Create(new BoundForm<TState, THyper, TData>(_form, data));

    /// <summary>Jᵀ ȳ for J = ∂/∂w: what a <c>[GradientOf]</c> method computes.</summary>
    public TState Pullback(TState state, THyper hyper, TData data, TState cotangent) => _form.Pullback(state, hyper, data, cotangent);

    /// <inheritdoc/>
    public override string ToString() => $"map {_form.Name}, a function of data";
}
