namespace Hyperdiff;

/// <summary>Makes objectives from functions.</summary>
public static class Objective
{
    /// <summary>An objective from a function that is not known to be pure: it is traced anew by each computation, so it is always right, only slower than a
    /// generated form. A solve calls it once, or at every update if it read a value.</summary>
    /// <param name="function">(w, λ) → f(w, λ), a scalar.</param>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="state">How w is made of tensors; looked up by type if absent.</param>
    /// <param name="hyper">How λ is made of tensors; looked up by type if absent.</param>
    public static Objective<TState, THyper> From<TState, THyper>(Func<TState, THyper, Tensor> function, string name = "a function", Tree<TState>? state = null,
        Tree<THyper>? hyper = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(function);
        state ??= Tree.Of<TState>();
        hyper ??= Tree.Of<THyper>();
        var form = new Form<TState, THyper, ValueTuple>(name, (_, w, h, _) => ObjectiveOutput.Of(name, function(w, h)), (state, hyper, Tree.Unit), null);
        return Objective<TState, THyper>.Create(new BoundForm<TState, THyper, ValueTuple>(form, default(ValueTuple)));
    }

    /// <summary>Objectives from a function that its caller promises to be pure, one for any data: <c>form.Bind(data)</c>.</summary>
    /// <remarks>
    /// The promise is that the result depends on the arguments alone. The function is then traced and compiled once per combination of shapes, element types
    /// and static members, of which 64 are kept; data are operands, so that others of the same shapes compile nothing, and none are held. A captured
    /// variable is a constant; it is looked at whenever the form is used, and where it changed, the function is traced again. Keep the form instead of making
    /// it at every call; that of a function that captures nothing is found again.
    /// </remarks>
    /// <param name="function">(data, w, λ) → f(w, λ), a scalar.</param>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="data">How the data are made of tensors; looked up by type if absent.</param>
    /// <param name="state">How w is made of tensors; looked up by type if absent.</param>
    /// <param name="hyper">How λ is made of tensors; looked up by type if absent.</param>
    /// <param name="batch">Which data hold samples along their first axis, by the names of their leaves or structures; they are what minibatches and
    /// chunks are taken of, and the objective is a mean over them. None if absent.</param>
    public static ObjectiveForm<TState, THyper, TData> OfData<TData, TState, THyper>(Func<TData, TState, THyper, Tensor> function,
        string name = "a function", Tree<TData>? data = null, Tree<TState>? state = null, Tree<THyper>? hyper = null,
        IReadOnlyCollection<string>? batch = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(function);
        (Tree<TState> State, Tree<THyper> Hyper, Tree<TData> Data) trees = (state ?? Tree.Of<TState>(), hyper ?? Tree.Of<THyper>(), data ?? Tree.Of<TData>());
        BatchParameters samples = BatchParameters.Named(name, batch);
        return SharedForms.Of(function, [name, trees, .. samples.Names], cache => new ObjectiveForm<TState, THyper, TData>(
            new Form<TState, THyper, TData>(name, (_, w, h, d) => ObjectiveOutput.Of(name, function(d, w, h)), trees, cache) { DataName = nameof(data) },
            samples));
    }

    /// <summary>The same for a function with auxiliary outputs.</summary>
    /// <remarks>
    /// The promise is that the result depends on the arguments alone. The function is then traced and compiled once per combination of shapes, element types
    /// and static members, of which 64 are kept; data are operands, so that others of the same shapes compile nothing, and none are held. A captured
    /// variable is a constant; it is looked at whenever the form is used, and where it changed, the function is traced again. Keep the form instead of making
    /// it at every call; that of a function that captures nothing is found again.
    /// </remarks>
    /// <param name="function">(data, w, λ) → (f(w, λ), auxiliary outputs).</param>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="data">How the data are made of tensors; looked up by type if absent.</param>
    /// <param name="state">How w is made of tensors; looked up by type if absent.</param>
    /// <param name="hyper">How λ is made of tensors; looked up by type if absent.</param>
    /// <param name="auxiliary">How the auxiliary outputs are made of tensors; looked up by type if absent.</param>
    /// <param name="batch">Which data hold samples along their first axis, by the names of their leaves or structures; they are what minibatches and
    /// chunks are taken of, and the objective is a mean over them. None if absent.</param>
    public static ObjectiveForm<TState, THyper, TData, TAux> OfData<TData, TState, THyper, TAux>(
        Func<TData, TState, THyper, (Tensor Value, TAux Auxiliary)> function, string name = "a function", Tree<TData>? data = null,
        Tree<TState>? state = null, Tree<THyper>? hyper = null, Tree<TAux>? auxiliary = null, IReadOnlyCollection<string>? batch = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(function);
        (Tree<TState> State, Tree<THyper> Hyper, Tree<TData> Data) trees = (state ?? Tree.Of<TState>(), hyper ?? Tree.Of<THyper>(), data ?? Tree.Of<TData>());
        auxiliary ??= Tree.Of<TAux>();
        BatchParameters samples = BatchParameters.Named(name, batch);
        return SharedForms.Of(function, [name, trees, auxiliary, .. samples.Names], cache => new ObjectiveForm<TState, THyper, TData, TAux>(
            new Form<TState, THyper, TData>(name, (_, w, h, d) => ObjectiveOutput.WithAuxiliary(name, function(d, w, h), auxiliary), trees, cache)
            {
                DataName = nameof(data),
            },
            samples));
    }

    /// <summary>An objective from a function without data that its caller promises to be pure: traced and compiled as that of
    /// <see cref="OfData{TData, TState, THyper}"/>.</summary>
    /// <param name="function">(w, λ) → f(w, λ), a scalar.</param>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="state">How w is made of tensors; looked up by type if absent.</param>
    /// <param name="hyper">How λ is made of tensors; looked up by type if absent.</param>
    public static Objective<TState, THyper> OfPure<TState, THyper>(Func<TState, THyper, Tensor> function, string name = "a function",
        Tree<TState>? state = null, Tree<THyper>? hyper = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(function);
        (Tree<TState> State, Tree<THyper> Hyper, Tree<ValueTuple> None) trees = (state ?? Tree.Of<TState>(), hyper ?? Tree.Of<THyper>(), Tree.Unit);
        Form<TState, THyper, ValueTuple> form = SharedForms.Of(function, [name, trees], cache => new Form<TState, THyper, ValueTuple>(
            name, (_, w, h, _) => ObjectiveOutput.Of(name, function(w, h)), trees, cache));
        return Objective<TState, THyper>.Create(form.Bind(default));
    }

    /// <summary>The same objective in other hyperparameters: <c>f(w, m(μ))</c>. A constant m fixes those of f; a bijection frees them of constraints.</summary>
    /// <param name="objective">The objective f(w, λ).</param>
    /// <param name="map">m, from μ to λ: a pure function.</param>
    /// <param name="tree">How μ is made of tensors; looked up by type if absent.</param>
    public static Objective<TState, TOther> Reparametrize<TState, THyper, TOther>(this Objective<TState, THyper> objective, Func<TOther, THyper> map,
        Tree<TOther>? tree = null)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(map);
        return From<TState, TOther>((w, h) => objective.Evaluate(w, map(h)), objective.Name, objective.Function.StateTree, tree);
    }

    /// <summary>A weighted mean with another objective, <c>α F + (1 − α) f</c>: the inner objective of gradient descent aggregation, which looks at the outer
    /// one too.</summary>
    /// <remarks>Source: Liu et al. (2020), "A generic first-order algorithmic framework for bi-level programming beyond lower-level singleton".</remarks>
    /// <param name="objective">The objective f(w, λ).</param>
    /// <param name="other">The other objective F(w, λ).</param>
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

    /// <summary>The same objective, computed on chunks of its samples, one after the other: the same value and derivatives up to rounding, in the memory of one
    /// chunk.</summary>
    /// <remarks>
    /// <c>f = Σ_c (n_c/n) f_c</c>, exact for an objective that is a mean over its <c>[Batch]</c> parameters plus terms without them. Gradients and products
    /// with second derivatives compute a chunk's values again, instead of keeping those of all chunks: about one more evaluation per pass.
    /// </remarks>
    /// <param name="objective">The objective f(w, λ).</param>
    /// <param name="size">How many samples a chunk has; the last may have fewer.</param>
    /// <exception cref="InvalidOperationException">The objective has no <c>[Batch]</c> parameters.</exception>
    public static Objective<TState, THyper> InChunks<TState, THyper>(this Objective<TState, THyper> objective, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        return Chunked(objective, nameof(InChunks), _ => size);
    }

    /// <summary>The same objective in chunks as large as a gradient's memory allows: of n/2ᵏ samples, the same value and derivatives up to rounding. See
    /// <see cref="InChunks"/>.</summary>
    /// <param name="objective">The objective f(w, λ).</param>
    /// <param name="bytes">What a gradient may take besides its operands and results, as its plan predicts it (<see cref="Diff.PeakMemory{T}"/>).</param>
    /// <exception cref="InvalidOperationException">The objective has no <c>[Batch]</c> parameters; when it is used: one sample alone takes more.</exception>
    public static Objective<TState, THyper> WithinMemory<TState, THyper>(this Objective<TState, THyper> objective, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        return Chunked(objective, nameof(WithinMemory), graphs => graphs.Within(bytes));
    }

    /// <summary>The same objective over the samples of all ranks, of which each has its share: <c>f = Σ_r (n_r/n) f_r</c>, with all its derivatives, of any
    /// order.</summary>
    /// <remarks>
    /// Exact up to rounding for an objective that is a mean over its <c>[Batch]</c> parameters plus terms without them. All ranks call the same in the same
    /// order, with the same w and λ; they have the same result, to the last bit. A value takes one exchange of one number, a gradient or a product with
    /// second derivatives one of as many numbers as w has. Ranks that were given different w or λ are told at the next exchange. Chunks are taken before:
    /// <c>objective.InChunks(1000).Across(ranks)</c>; minibatches after: what is drawn from a key does not depend on the number of ranks.
    /// </remarks>
    /// <param name="objective">The objective f_r(w, λ), bound to the samples of this rank.</param>
    /// <param name="ranks">The ranks. All call this together: they tell each other how many samples they have.</param>
    /// <exception cref="InvalidOperationException">The objective has no <c>[Batch]</c> parameters, or is across ranks already.</exception>
    /// <exception cref="ArgumentException">A rank has no samples: thrown on all of them.</exception>
    public static Objective<TState, THyper> Across<TState, THyper>(this Objective<TState, THyper> objective, Ranks ranks)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(ranks);
        IBoundFunction<TState, THyper> function = objective.Function;
        RequireOfOne(function, nameof(Across));
        RankShares shares = RankShares.Gathered(ranks, objective.RequireSamples(nameof(Across), "sample"), $"Across: {objective.Name}");
        return Objective<TState, THyper>.Create(new AcrossRanks<TState, THyper>(function.OfOneRank(ranks), ranks, shares));
    }

    private static void RequireOfOne(IBoundFunction function, string what)
    {
        if (function.Ranks is not null)
        {
            throw new InvalidOperationException(
                $"{what}: {function.Name} is across ranks already; use it once, last: objective.InChunks(1000).Across(ranks).");
        }
    }

    private static Objective<TState, THyper> Chunked<TState, THyper>(Objective<TState, THyper> objective, string what, Func<ChunkedGraphs, int> size)
    {
        ArgumentNullException.ThrowIfNull(objective);
        RequireOfOne(objective.Function, what);
        objective.RequireSamples(what, "chunk");
        return Objective<TState, THyper>.Create(new InChunks<TState, THyper>(objective.Function, size));
    }
}
