namespace Hyperdiff;

/// <summary>Makes objectives from functions.</summary>
public static class Objective
{
    /// <summary>An objective from a function that is not known to be pure: it is traced anew each time, so it is always right, only slower than a generated form.</summary>
    /// <param name="function">(w, λ) → f(w, λ), a scalar.</param>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="state">How w is made of tensors; looked up by type if absent.</param>
    /// <param name="hyper">How λ is made of tensors; looked up by type if absent.</param>
    public static Objective<TState, THyper> From<TState, THyper>(Func<TState, THyper, Tensor> function, string name = "a function", Tree<TState>? state = null, Tree<THyper>? hyper = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        state ??= Tree.Of<TState>();
        hyper ??= Tree.Of<THyper>();
        var form = new Form<TState, THyper, ValueTuple>(name, (_, w, h, _) => ObjectiveOutput.Of(name, function(w, h)), (state, hyper, Tree.Unit), null);
        return Objective<TState, THyper>.Create(new BoundForm<TState, THyper, ValueTuple>(form, default));
    }

    /// <summary>The same objective in other hyperparameters: <c>f(w, m(μ))</c>. A constant m fixes those of f; a bijection frees them of constraints.</summary>
    /// <param name="objective">f.</param>
    /// <param name="map">m, from μ to λ: a pure function.</param>
    /// <param name="tree">How μ is made of tensors; looked up by type if absent.</param>
    public static Objective<TState, TOther> Reparametrize<TState, THyper, TOther>(this Objective<TState, THyper> objective, Func<TOther, THyper> map, Tree<TOther>? tree = null)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(map);
        return From<TState, TOther>((w, h) => objective.Evaluate(w, map(h)), objective.Name, objective.Function.StateTree, tree);
    }

    /// <summary>A weighted mean with another objective, <c>α F + (1 − α) f</c>: the inner objective of gradient descent aggregation, which looks at the outer one too.</summary>
    /// <remarks>Source: Liu et al. (2020), "A generic first-order algorithmic framework for bi-level programming beyond lower-level singleton".</remarks>
    /// <param name="objective">f.</param>
    /// <param name="other">F.</param>
    /// <param name="share">α, the part of F, from 0 to 1.</param>
    public static Objective<TState, THyper> Aggregate<TState, THyper>(this Objective<TState, THyper> objective, Objective<TState, THyper> other, double share)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(other);
        return share is >= 0 and <= 1
            ? From<TState, THyper>(
                (w, h) => (share * other.Evaluate(w, h)) + ((1 - share) * objective.Evaluate(w, h)),
                $"{objective.Name} aggregated with {other.Name}",
                objective.Function.StateTree,
                objective.Function.HyperTree)
            : throw new ArgumentOutOfRangeException(nameof(share), share, "Objective.Aggregate: the share of the other objective is from 0 to 1.");
    }
}
