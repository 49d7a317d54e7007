namespace Hyperdiff;

/// <summary>Makes dynamics of objectives and optimizers.</summary>
public static class Dynamics
{
    /// <summary>The steps of an optimizer on an objective; the optimizer is made of hyperparameters, which are those of the objective too.</summary>
    /// <param name="objective">The objective f(w, λ).</param>
    /// <param name="by">λ to the rule: <c>h => Optimizer.HeavyBall(h.LogRate.Exp(), h.Momentum)</c>. A pure function; it is traced, and does not read
    /// values.</param>
    public static Dynamics<TState, THyper> Unroll<TState, THyper>(this Objective<TState, THyper> objective, Func<THyper, Optimizer> by)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(by);
        IBoundFunction<TState, THyper> function = objective.Function;
        return new Dynamics<TState, THyper>(objective.Name, ((w, h, _) => objective.Gradient(w, h), _ => objective), by, function.StateTree,
            function.HyperTree);
    }

    /// <summary>The steps of an optimizer with numbers of its own on an objective.</summary>
    /// <param name="objective">The objective f(w, λ).</param>
    /// <param name="by">The rule.</param>
    public static Dynamics<TState, THyper> Unroll<TState, THyper>(this Objective<TState, THyper> objective, Optimizer by)
    {
        ArgumentNullException.ThrowIfNull(by);
        return Unroll(objective, _ => by);
    }

    /// <summary>The steps of an optimizer on a function that changes with the step: on another minibatch each time, with other random numbers.</summary>
    /// <remarks>
    /// What is random is drawn from a key of the step, <c>key.Fold(t)</c>, and so drawn again, the same, by a reverse pass. The function is traced once for a
    /// trajectory, and does not read values.
    /// </remarks>
    /// <param name="function">(w, λ, t) → f_t(w, λ), a scalar; t is the number of steps taken, an <c>int32</c> scalar.</param>
    /// <param name="by">λ to the rule.</param>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="state">How w is made of tensors; looked up by type if absent.</param>
    /// <param name="hyper">How λ is made of tensors; looked up by type if absent.</param>
    public static Dynamics<TState, THyper> From<TState, THyper>(
        Func<TState, THyper, Tensor, Tensor> function, Func<THyper, Optimizer> by, string name = "a function", Tree<TState>? state = null,
        Tree<THyper>? hyper = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(by);
        state ??= Tree.Of<TState>();
        hyper ??= Tree.Of<THyper>();
        return new Dynamics<TState, THyper>(
            name,
            ((w, h, t) => Diff.Grad(at => function(at, h, t), w, state), t => Objective.From<TState, THyper>((w, h) => function(w, h, t), name, state, hyper)),
            by,
            state,
            hyper);
    }
}
