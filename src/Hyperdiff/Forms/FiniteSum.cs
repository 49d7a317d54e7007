namespace Hyperdiff;

/// <summary>Makes finite sums from their components.</summary>
public static class FiniteSum
{
    /// <summary>The mean of n components, <c>f = (1/n) Σᵢ fᵢ</c>: of one sample each, or of one batch of a fixed partition of the data.</summary>
    /// <param name="count">n, the number of components; at least 1.</param>
    /// <param name="component">(w, λ, i) → fᵢ(w, λ), a scalar; i is an <c>int32</c> scalar: <c>x.TakeRows(i)</c>. A pure function that does not read
    /// values.</param>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="state">How w is made of tensors; looked up by type if absent.</param>
    /// <param name="hyper">How λ is made of tensors; looked up by type if absent.</param>
    public static FiniteSum<TState, THyper> From<TState, THyper>(
        int count, Func<TState, THyper, Tensor, Tensor> component, string name = "a function", Tree<TState>? state = null, Tree<THyper>? hyper = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentNullException.ThrowIfNull(component);
        state ??= Tree.Of<TState>();
        hyper ??= Tree.Of<THyper>();
        var form = new Form<TState, THyper, Tensor>(name, (_, w, h, i) => ObjectiveOutput.Of(name, component(w, h, i)), (state, hyper, Tree.Tensor), null);
        return new FiniteSum<TState, THyper>(count, new BoundForm<TState, THyper, Tensor>(form, Tensor.Full(Shape.Scalar, 0, DType.Int32)), 1);
    }

    /// <summary>Finite sums from a component that its caller promises to be pure, one for any data: <c>form.Bind(count, data)</c>.</summary>
    /// <remarks>
    /// The promise is that the result depends on the arguments alone. The function is then traced and compiled once per combination of shapes, element types
    /// and static members, of which 64 are kept; data are operands, so that others of the same shapes compile nothing, and none are held. A captured
    /// variable is a constant; it is looked at whenever the form is used, and where it changed, the function is traced again. Keep the form instead of making
    /// it at every call; that of a function that captures nothing is found again.
    /// </remarks>
    /// <param name="component">(data, w, λ, i) → fᵢ(w, λ), a scalar; i is an <c>int32</c> scalar: <c>x.TakeRows(i)</c>.</param>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="data">How the data are made of tensors; looked up by type if absent.</param>
    /// <param name="state">How w is made of tensors; looked up by type if absent.</param>
    /// <param name="hyper">How λ is made of tensors; looked up by type if absent.</param>
    public static FiniteSumForm<TState, THyper, TData> OfData<TData, TState, THyper>(Func<TData, TState, THyper, Tensor, Tensor> component,
        string name = "a function", Tree<TData>? data = null, Tree<TState>? state = null, Tree<THyper>? hyper = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(component);
        (Tree<TState> State, Tree<THyper> Hyper, Tree<TData> Data) trees = (state ?? Tree.Of<TState>(), hyper ?? Tree.Of<THyper>(), data ?? Tree.Of<TData>());
        return SharedForms.Of(component, [name, trees], cache => new FiniteSumForm<TState, THyper, TData>(new Form<TState, THyper, (Tensor Index, TData Data)>(
            name, (_, w, h, d) => ObjectiveOutput.Of(name, component(d.Data, w, h, d.Index)),
            (trees.State, trees.Hyper, Tree.Named(Tree.Tuple(Tree.Tensor, trees.Data), "index", nameof(data))), cache)));
    }

    /// <summary>An objective as a sum of one component.</summary>
    public static FiniteSum<TState, THyper> Of<TState, THyper>(Objective<TState, THyper> objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return new FiniteSum<TState, THyper>(1, objective.Function, 0);
    }
}
