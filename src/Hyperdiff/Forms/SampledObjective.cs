namespace Hyperdiff;

/// <summary>Makes sampled objectives from functions.</summary>
public static class SampledObjective
{
    /// <summary>An objective that is the mean of a function of a random key: of a minibatch drawn from it, say, or with noise added.</summary>
    /// <remarks>
    /// What is asked of it at a key — value, gradients, products — is that of the one function f_ξ, so that unbiased values make unbiased gradients and
    /// products. Traced once for a whole descent: the function does not read values.
    /// </remarks>
    /// <param name="function">(w, λ, key) → f_ξ(w, λ), a scalar whose mean over keys is f(w, λ): a pure function.</param>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="state">How w is made of tensors; looked up by type if absent.</param>
    /// <param name="hyper">How λ is made of tensors; looked up by type if absent.</param>
    public static SampledObjective<TState, THyper> From<TState, THyper>(
        Func<TState, THyper, RandomKey, Tensor> function, string name = "a function", Tree<TState>? state = null, Tree<THyper>? hyper = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        state ??= Tree.Of<TState>();
        hyper ??= Tree.Of<THyper>();
        var form = new Form<TState, THyper, RandomKey>(name, (_, w, h, key) => ObjectiveOutput.Of(name, function(w, h, key)),
            (state, hyper, RandomKey.Tree), null);
        return new SampledObjective<TState, THyper>(new BoundForm<TState, THyper, RandomKey>(form, RandomKey.FromSeed(0)), 1, key => [key.Words]);
    }

    /// <summary>Sampled objectives from a function that its caller promises to be pure, one for any data: <c>form.Bind(data)</c>.</summary>
    /// <remarks>
    /// The promise is that the result depends on the arguments alone. The function is then traced and compiled once per combination of shapes, element types
    /// and static members, of which 64 are kept; data are operands, so that others of the same shapes compile nothing, and none are held. A captured
    /// variable is a constant; it is looked at whenever the form is used, and where it changed, the function is traced again. Keep the form instead of making
    /// it at every call; that of a function that captures nothing is found again.
    /// </remarks>
    /// <param name="function">(data, w, λ, key) → f_ξ(w, λ), a scalar whose mean over keys is f(w, λ).</param>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="data">How the data are made of tensors; looked up by type if absent.</param>
    /// <param name="state">How w is made of tensors; looked up by type if absent.</param>
    /// <param name="hyper">How λ is made of tensors; looked up by type if absent.</param>
    public static SampledForm<TState, THyper, TData> OfData<TData, TState, THyper>(Func<TData, TState, THyper, RandomKey, Tensor> function,
        string name = "a function", Tree<TData>? data = null, Tree<TState>? state = null, Tree<THyper>? hyper = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(function);
        (Tree<TState> State, Tree<THyper> Hyper, Tree<TData> Data) trees = (state ?? Tree.Of<TState>(), hyper ?? Tree.Of<THyper>(), data ?? Tree.Of<TData>());
        return SharedForms.Of(function, [name, trees], cache => new SampledForm<TState, THyper, TData>(new Form<TState, THyper, (RandomKey Key, TData Data)>(
            name, (_, w, h, d) => ObjectiveOutput.Of(name, function(d.Data, w, h, d.Key)),
            (trees.State, trees.Hyper, Tree.Named(Tree.Tuple(RandomKey.Tree, trees.Data), "key", nameof(data))), cache)));
    }

    /// <summary>An objective that is the same at every key.</summary>
    public static SampledObjective<TState, THyper> Of<TState, THyper>(Objective<TState, THyper> objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return new SampledObjective<TState, THyper>(objective.Function, 0, _ => []);
    }

    /// <summary>An objective that is a mean over its <c>[Batch]</c> parameters, on minibatches: the mean over some samples, each drawn by itself from all, plus
    /// the terms without samples.</summary>
    /// <remarks>Without bias, because every sample is equally likely at every place; a sample may be drawn twice. The variance falls as 1/size.</remarks>
    /// <param name="objective">The objective f(w, λ).</param>
    /// <param name="size">How many samples are drawn.</param>
    /// <exception cref="InvalidOperationException">The objective has no <c>[Batch]</c> parameters.</exception>
    public static SampledObjective<TState, THyper> OnMinibatches<TState, THyper>(this Objective<TState, THyper> objective, int size)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        IBoundFunction<TState, THyper> function = objective.Function;
        int samples = objective.RequireSamples(nameof(OnMinibatches), "sample");
        return From<TState, THyper>(
            (w, h, key) => Objective<TState, THyper>.Create(function.AtSamples(key.Integers([size], 0, samples))).Evaluate(w, h),
            $"{objective.Name} on minibatches of {size}",
            function.StateTree,
            function.HyperTree);
    }
}
