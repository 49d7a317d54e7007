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

    /// <summary>The condition of a fixed point, <c>c(w, λ) = w − Φ(w, λ)</c>: for maps that do not contract, and for Newton's method.</summary>
    /// <param name="map">The map Φ(w, λ).</param>
    public static RootCondition<TState, THyper> OfMap<TState, THyper>(FixedPointMap<TState, THyper> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return new RootCondition<TState, THyper>(new MapResidual<TState, THyper>(map.Function));
    }
}
