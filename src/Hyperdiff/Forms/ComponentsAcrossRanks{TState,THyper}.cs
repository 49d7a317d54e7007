using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>A component of a finite sum whose components are shared out among ranks: the rank that has it tells the others.</summary>
/// <param name="own">A component of one rank; its first fixed operand is the number of the component among those of the rank.</param>
/// <param name="ranks">The ranks.</param>
/// <param name="shares">How many components each has.</param>
internal sealed class ComponentsAcrossRanks<TState, THyper>(IBoundFunction<TState, THyper> own, Ranks ranks, RankShares shares)
    : RankedFunction<TState, THyper>(own, ranks, shares)
{
    public override IBoundFunction<TState, THyper> Uncached() => new ComponentsAcrossRanks<TState, THyper>(Own.Uncached(), Ranks, Shares);

    protected override Tensor Value(Graph whole, Tensor[] operands, int arguments)
    {
        (int from, int to) = Shares.Of(Ranks.Rank);
        Tensor index = operands[arguments].ToEach(Ranks), mine = (index >= from) & (index < to);
        Tensor[] local = [.. operands[..^1]];
        local[arguments] = (index - from).Maximum(0).Minimum(to - from - 1);
        return Tensor.Where(mine, RankProgram.Apply(whole, local, arguments, Ranks), 0);
    }

    protected override IDerivation<Graph> KeyOf(int arguments) => new Key(arguments, Shares.Of(Ranks.Rank));

    private readonly record struct Key(int Arguments, (int From, int To) Share) : IDerivation<Graph>;
}
