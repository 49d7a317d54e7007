using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>The kinks in the steps of a loop: every step counts its own, and the counts are stacked as outputs are.</summary>
internal static class LoopKinks
{
    /// <summary>The kinks of all steps.</summary>
    /// <param name="body">The step.</param>
    /// <param name="carries">The number of carries: what is active in one step is so in the next.</param>
    /// <param name="active">Which inputs of the body are differentiated in.</param>
    /// <param name="run">Runs a loop with another body, which has further outputs; returns these, stacked.</param>
    public static KinkCount[] Of(Graph body, int carries, ReadOnlySpan<bool> active, Func<Graph, Tensor[]> run)
    {
        Axes given = StepLinearization.Reached(body, carries, Axes.Where(active)).Active;
        KinkSearch search = KinkSearch.Of(body, given);
        if (search.Places.IsEmpty)
        {
            return [];
        }

        // numbers of elements are those of the search: constants in one step, but for loops within
        Graph counting = body.Derive(new Key(given), _ => Simplification.Of(TracedFunction.Of(
            all => [.. body.Call(all).Outputs, .. search.Graph.Call(all).Outputs], [.. body.Inputs.Select(input => input.Type)]).Graph));
        Tensor[] stacks = run(counting);
        return [.. search.Places.Select((place, i) => new KinkCount(place, stacks[2 * i].Sum(), stacks[(2 * i) + 1].Sum()))];
    }

    private readonly record struct Key(Axes Given) : IDerivation<Graph>;
}
