namespace Hyperdiff;

/// <summary>Makes conditions from functions and from maps.</summary>
public static class RootCondition
{
    /// <summary>A condition from a function that is not known to be pure: it is traced anew by each computation, so it is always right, only slower than a
    /// generated form. A solve calls it once, or at every update if it read a value.</summary>
    /// <param name="function">(w, λ) → c(w, λ), a structure like w.</param>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="state">How w is made of tensors; looked up by type if absent.</param>
    /// <param name="hyper">How λ is made of tensors; looked up by type if absent.</param>
    public static RootCondition<TState, THyper> From<TState, THyper>(Func<TState, THyper, TState> function, string name = "a function",
        Tree<TState>? state = null, Tree<THyper>? hyper = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(function);
        state ??= Tree.Of<TState>();
        hyper ??= Tree.Of<THyper>();
        var form = new Form<TState, THyper, ValueTuple>(name, (flat, w, h, _) => ConditionOutput.Of(name, state, flat, function(w, h)),
            (state, hyper, Tree.Unit), null);
        return new RootCondition<TState, THyper>(new BoundForm<TState, THyper, ValueTuple>(form, default(ValueTuple)));
    }

    /// <summary>Conditions from a function that its caller promises to be pure, one for any data: <c>form.Bind(data)</c>.</summary>
    /// <remarks>
    /// The promise is that the result depends on the arguments alone. The function is then traced and compiled once per combination of shapes, element types
    /// and static members, of which 64 are kept; data are operands, so that others of the same shapes compile nothing, and none are held. A captured
    /// variable is a constant; it is looked at whenever the form is used, and where it changed, the function is traced again. Keep the form instead of making
    /// it at every call; that of a function that captures nothing is found again.
    /// </remarks>
    /// <param name="function">(data, w, λ) → c(w, λ), a structure like w.</param>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="data">How the data are made of tensors; looked up by type if absent.</param>
    /// <param name="state">How w is made of tensors; looked up by type if absent.</param>
    /// <param name="hyper">How λ is made of tensors; looked up by type if absent.</param>
    public static ConditionForm<TState, THyper, TData> OfData<TData, TState, THyper>(Func<TData, TState, THyper, TState> function,
        string name = "a function", Tree<TData>? data = null, Tree<TState>? state = null, Tree<THyper>? hyper = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(function);
        (Tree<TState> State, Tree<THyper> Hyper, Tree<TData> Data) trees = (state ?? Tree.Of<TState>(), hyper ?? Tree.Of<THyper>(), data ?? Tree.Of<TData>());
        return SharedForms.Of(function, [name, trees], cache => new ConditionForm<TState, THyper, TData>(new Form<TState, THyper, TData>(
            name, (flat, w, h, d) => ConditionOutput.Of(name, trees.State, flat, function(d, w, h)), trees, cache)
        {
            DataName = nameof(data),
        }));
    }

    /// <summary>A condition from a function without data that its caller promises to be pure: traced and compiled as that of
    /// <see cref="OfData{TData, TState, THyper}"/>.</summary>
    /// <param name="function">(w, λ) → c(w, λ), a structure like w.</param>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="state">How w is made of tensors; looked up by type if absent.</param>
    /// <param name="hyper">How λ is made of tensors; looked up by type if absent.</param>
    public static RootCondition<TState, THyper> OfPure<TState, THyper>(Func<TState, THyper, TState> function, string name = "a function",
        Tree<TState>? state = null, Tree<THyper>? hyper = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(function);
        (Tree<TState> State, Tree<THyper> Hyper, Tree<ValueTuple> None) trees = (state ?? Tree.Of<TState>(), hyper ?? Tree.Of<THyper>(), Tree.Unit);
        Form<TState, THyper, ValueTuple> form = SharedForms.Of(function, [name, trees], cache => new Form<TState, THyper, ValueTuple>(
            name, (flat, w, h, _) => ConditionOutput.Of(name, trees.State, flat, function(w, h)), trees, cache));
        return new RootCondition<TState, THyper>(form.Bind(default));
    }

    /// <summary>The condition of a fixed point, <c>c(w, λ) = w − Φ(w, λ)</c>: for maps that do not contract, and for Newton's method.</summary>
    /// <param name="map">The map Φ(w, λ).</param>
    public static RootCondition<TState, THyper> OfMap<TState, THyper>(FixedPointMap<TState, THyper> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return new RootCondition<TState, THyper>(new MapResidual<TState, THyper>(map.Function));
    }
}
