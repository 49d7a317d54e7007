namespace Hyperdiff;

/// <summary>Makes fixed-point maps from functions.</summary>
public static class FixedPointMap
{
    /// <summary>A map from a function that is not known to be pure: it is traced anew by each computation, so it is always right, only slower than a generated
    /// form. A solve calls it once, or at every update if it read a value.</summary>
    /// <param name="function">(w, λ) → Φ(w, λ).</param>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="state">How w is made of tensors; looked up by type if absent.</param>
    /// <param name="hyper">How λ is made of tensors; looked up by type if absent.</param>
    public static FixedPointMap<TState, THyper> From<TState, THyper>(Func<TState, THyper, TState> function, string name = "a function",
        Tree<TState>? state = null, Tree<THyper>? hyper = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(function);
        state ??= Tree.Of<TState>();
        hyper ??= Tree.Of<THyper>();
        var form = new Form<TState, THyper, ValueTuple>(name, (flat, w, h, _) => MapOutput.Of(name, state, flat, function(w, h)),
            (state, hyper, Tree.Unit), null);
        return FixedPointMap<TState, THyper>.Create(new BoundForm<TState, THyper, ValueTuple>(form, default(ValueTuple)));
    }

    /// <summary>Maps from a function that its caller promises to be pure, one for any data: <c>form.Bind(data)</c>.</summary>
    /// <remarks>
    /// The promise is that the result depends on the arguments alone. The function is then traced and compiled once per combination of shapes, element types
    /// and static members, of which 64 are kept; data are operands, so that others of the same shapes compile nothing, and none are held. A captured
    /// variable is a constant; it is looked at whenever the form is used, and where it changed, the function is traced again. Keep the form instead of making
    /// it at every call; that of a function that captures nothing is found again.
    /// </remarks>
    /// <param name="function">(data, w, λ) → Φ(w, λ).</param>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="data">How the data are made of tensors; looked up by type if absent.</param>
    /// <param name="state">How w is made of tensors; looked up by type if absent.</param>
    /// <param name="hyper">How λ is made of tensors; looked up by type if absent.</param>
    public static MapForm<TState, THyper, TData> OfData<TData, TState, THyper>(Func<TData, TState, THyper, TState> function, string name = "a function",
        Tree<TData>? data = null, Tree<TState>? state = null, Tree<THyper>? hyper = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(function);
        (Tree<TState> State, Tree<THyper> Hyper, Tree<TData> Data) trees = (state ?? Tree.Of<TState>(), hyper ?? Tree.Of<THyper>(), data ?? Tree.Of<TData>());
        return SharedForms.Of(function, [name, trees], cache => new MapForm<TState, THyper, TData>(new Form<TState, THyper, TData>(
            name, (flat, w, h, d) => MapOutput.Of(name, trees.State, flat, function(d, w, h)), trees, cache)
        {
            DataName = nameof(data),
        }));
    }

    /// <summary>The same for a function with auxiliary outputs.</summary>
    /// <remarks>
    /// The promise is that the result depends on the arguments alone. The function is then traced and compiled once per combination of shapes, element types
    /// and static members, of which 64 are kept; data are operands, so that others of the same shapes compile nothing, and none are held. A captured
    /// variable is a constant; it is looked at whenever the form is used, and where it changed, the function is traced again. Keep the form instead of making
    /// it at every call; that of a function that captures nothing is found again.
    /// </remarks>
    /// <param name="function">(data, w, λ) → (Φ(w, λ), auxiliary outputs).</param>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="data">How the data are made of tensors; looked up by type if absent.</param>
    /// <param name="state">How w is made of tensors; looked up by type if absent.</param>
    /// <param name="hyper">How λ is made of tensors; looked up by type if absent.</param>
    /// <param name="auxiliary">How the auxiliary outputs are made of tensors; looked up by type if absent.</param>
    public static MapForm<TState, THyper, TData, TAux> OfData<TData, TState, THyper, TAux>(
        Func<TData, TState, THyper, (TState State, TAux Auxiliary)> function, string name = "a function", Tree<TData>? data = null,
        Tree<TState>? state = null, Tree<THyper>? hyper = null, Tree<TAux>? auxiliary = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(function);
        (Tree<TState> State, Tree<THyper> Hyper, Tree<TData> Data) trees = (state ?? Tree.Of<TState>(), hyper ?? Tree.Of<THyper>(), data ?? Tree.Of<TData>());
        auxiliary ??= Tree.Of<TAux>();
        return SharedForms.Of(function, [name, trees, auxiliary], cache => new MapForm<TState, THyper, TData, TAux>(new Form<TState, THyper, TData>(
            name, (flat, w, h, d) => MapOutput.WithAuxiliary(name, (trees.State, auxiliary), flat, function(d, w, h)), trees, cache)
        {
            DataName = nameof(data),
        }));
    }

    /// <summary>A map from a function without data that its caller promises to be pure: traced and compiled as that of
    /// <see cref="OfData{TData, TState, THyper}"/>.</summary>
    /// <param name="function">(w, λ) → Φ(w, λ).</param>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="state">How w is made of tensors; looked up by type if absent.</param>
    /// <param name="hyper">How λ is made of tensors; looked up by type if absent.</param>
    public static FixedPointMap<TState, THyper> OfPure<TState, THyper>(Func<TState, THyper, TState> function, string name = "a function",
        Tree<TState>? state = null, Tree<THyper>? hyper = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(function);
        (Tree<TState> State, Tree<THyper> Hyper, Tree<ValueTuple> None) trees = (state ?? Tree.Of<TState>(), hyper ?? Tree.Of<THyper>(), Tree.Unit);
        Form<TState, THyper, ValueTuple> form = SharedForms.Of(function, [name, trees], cache => new Form<TState, THyper, ValueTuple>(
            name, (flat, w, h, _) => MapOutput.Of(name, trees.State, flat, function(w, h)), trees, cache));
        return FixedPointMap<TState, THyper>.Create(form.Bind(default));
    }
}
