namespace Hyperdiff;

/// <summary>The mean of n components, <c>f = (1/n) Σᵢ fᵢ</c>; a sample of it is a component drawn uniformly.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class FiniteSum<TState, THyper> : SampledObjective<TState, THyper>
{
    internal FiniteSum(int count, IBoundFunction<TState, THyper> component, int indexLeaves)
        : base(component, indexLeaves, key => indexLeaves == 0 ? [] : [key.Integers([], 0, count)]) => Count = count;

    /// <summary>n.</summary>
    public int Count { get; }
}
