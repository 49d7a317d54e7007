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

    /// <summary>An objective as a sum of one component.</summary>
    public static FiniteSum<TState, THyper> Of<TState, THyper>(Objective<TState, THyper> objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return new FiniteSum<TState, THyper>(1, objective.Function, 0);
    }
}
