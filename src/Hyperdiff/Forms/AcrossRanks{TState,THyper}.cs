using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>A function that every rank has on its own share of the samples, as the mean over the ranks weighted by the shares: <c>f = Σ_r (n_r/n)
/// f_r</c>.</summary>
/// <remarks>
/// Exact, because an objective with <c>[Batch]</c> parameters is a mean over their first axis plus terms without it. w and λ go to each rank at the
/// beginning, and one sum over ranks ends it; a gradient is that turned around, so it sums once as well, all leaves together.
/// </remarks>
/// <param name="own">The function of one rank, whose result is another on each (<see cref="IBoundFunction{TState, THyper}.OfOneRank"/>).</param>
/// <param name="ranks">The ranks.</param>
/// <param name="shares">How many samples each has.</param>
internal sealed class AcrossRanks<TState, THyper>(IBoundFunction<TState, THyper> own, Ranks ranks, RankShares shares)
    : RankedFunction<TState, THyper>(own, ranks, shares)
{
    public override int? Samples => Shares.Total;

    public override IBoundFunction<TState, THyper> Uncached() => new AcrossRanks<TState, THyper>(Own.Uncached(), Ranks, Shares);

    protected override Tensor Value(Graph whole, Tensor[] operands, int arguments) =>
        operands[^1] * RankProgram.Apply(whole, operands[..^1], arguments, Ranks);

    protected override IDerivation<Graph> KeyOf(int arguments) => new Key(arguments);

    /// <summary>The samples of a minibatch are brought together from the ranks that hold them, in the order in which they were drawn, and shared out again:
    /// what is drawn does not depend on the number of ranks.</summary>
    public override IBoundFunction<TState, THyper> AtSamples(Tensor samples)
    {
        RankShares parts = RankShares.Of(samples.Shape[0], Ranks.Count, $"A minibatch of {Name}");
        (int from, int to) = Shares.Of(Ranks.Rank);
        Tensor drawn = ToEach(samples), mine = (drawn >= from) & (drawn < to), place = (drawn - from).Maximum(0).Minimum(to - from - 1);
        (int first, int end) = parts.Of(Ranks.Rank);
        return new AcrossRanks<TState, THyper>(Own.WithSamples(leaf => ToEach(Gathered(leaf)).Slice(0, first, end)), Ranks, parts);

        Tensor ToEach(Tensor tensor) => new ToEachRank(Ranks).Apply(tensor)[0];

        Tensor Gathered(Tensor leaf)
        {
            Tensor rows = leaf.Take(place), held = mine.Reshape([mine.Count, .. Enumerable.Repeat(1, leaf.Rank - 1)]).BroadcastTo(rows.Shape);
            return leaf.DType == DType.Bool
                ? (rows & held).To(DType.Int32).SumOver(Ranks) > 0
                : Tensor.Where(held, rows, Tensor.ZerosLike(rows)).SumOver(Ranks);
        }
    }

    private readonly record struct Key(int Arguments) : IDerivation<Graph>;
}
