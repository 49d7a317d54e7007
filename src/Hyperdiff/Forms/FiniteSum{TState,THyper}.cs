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

    /// <summary>The sum over the components of all ranks, numbered in the order of the ranks: what is drawn from a key does not depend on the number of
    /// ranks.</summary>
    /// <remarks>
    /// The rank that has a component computes it, and the others get it from there: the memory of the data is shared out, and not the work, which is that of
    /// one component at a time. A value takes one exchange of one number, a gradient one of as many as w has.
    /// </remarks>
    /// <param name="ranks">The ranks. All call this together: they tell each other how many components they have.</param>
    /// <exception cref="InvalidOperationException">The sum is across ranks already, or made of one objective.</exception>
    public FiniteSum<TState, THyper> Across(Ranks ranks)
    {
        ArgumentNullException.ThrowIfNull(ranks);
        if (Function.Ranks is not null || SampleLeaves == 0)
        {
            throw new InvalidOperationException(Function.Ranks is not null
                ? $"Across: {Name} is across ranks already; use it once."
                : $"Across: {Name} is one objective, and no sum of components; take it across the ranks before: FiniteSum.Of(objective.Across(ranks)).");
        }

        RankShares shares = RankShares.Gathered(ranks, Count, $"Across: {Name}");
        return new FiniteSum<TState, THyper>(shares.Total, new ComponentsAcrossRanks<TState, THyper>(Function.OfOneRank(ranks), ranks, shares), SampleLeaves);
    }
}
