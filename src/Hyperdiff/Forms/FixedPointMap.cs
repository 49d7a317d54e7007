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
}
