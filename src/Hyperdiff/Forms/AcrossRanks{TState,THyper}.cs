using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

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
internal sealed class AcrossRanks<TState, THyper>(IBoundFunction<TState, THyper> own, Ranks ranks, RankShares shares) : IBoundFunction<TState, THyper>
{
    public string Name => own.Name;

    public int Traces => own.Traces;

    public bool IsPure => own.IsPure;

    public bool IsNonSymmetric => own.IsNonSymmetric;

    public int? Samples => shares.Total;

    public Ranks? Ranks => ranks;

    public CapturedVariables? Captured => own.Captured;

    public Tree<TState> StateTree => own.StateTree;

    public Tree<THyper> HyperTree => own.HyperTree;

    public FlatTree<TState> FlattenState(TState state) => own.FlattenState(state);

    public FlatTree<THyper> FlattenHyper(THyper hyper) => own.FlattenHyper(hyper);

    public IBoundFunction<TState, THyper> Uncached() => new AcrossRanks<TState, THyper>(own.Uncached(), ranks, shares);

    public BoundGraph Bind(FlatTree state, FlatTree hyper, bool readable = true)
    {
        BoundGraph bound = own.Bind(state, hyper, readable);
        int arguments = state.Leaves.Length + hyper.Leaves.Length;
        Graph graph = bound.Graph.DeriveWith(ranks, new Key(arguments), whole => Simplification.Of(TracedFunction.Of(
            operands => [Mean(whole, operands, arguments)],
            [.. whole.InputTypes, whole.OutputTypes[0] with { VariesAcross = ranks }]).Graph));
        ranks.Program(RankFingerprint.Of(Name, graph));
        TensorType value = bound.Graph.OutputTypes[0];
        Tensor weight = ranks.Own(Tensor.Full(Shape.Scalar, shares.WeightOf(ranks.Rank), value.DType));
        return bound with { Graph = graph, Fixed = [.. bound.Fixed, weight], Auxiliary = null };
    }

    /// <summary>The samples of a minibatch are brought together from the ranks that hold them, in the order in which they were drawn, and shared out again:
    /// what is drawn does not depend on the number of ranks.</summary>
    public IBoundFunction<TState, THyper> AtSamples(Tensor samples)
    {
        RankShares parts = RankShares.Of(samples.Shape[0], ranks.Count, $"A minibatch of {Name}");
        (int from, int to) = shares.Of(ranks.Rank);
        Tensor drawn = ToEach(samples), mine = (drawn >= from) & (drawn < to), place = (drawn - from).Maximum(0).Minimum(to - from - 1);
        (int first, int end) = parts.Of(ranks.Rank);
        return new AcrossRanks<TState, THyper>(own.WithSamples(leaf => ToEach(Gathered(leaf)).Slice(0, first, end)), ranks, parts);

        Tensor ToEach(Tensor tensor) => new ToEachRank(ranks).Apply(tensor)[0];

        Tensor Gathered(Tensor leaf)
        {
            Tensor rows = leaf.Take(place), held = mine.Reshape([mine.Count, .. Enumerable.Repeat(1, leaf.Rank - 1)]).BroadcastTo(rows.Shape);
            return leaf.DType == DType.Bool
                ? (rows & held).To(DType.Int32).SumOver(ranks) > 0
                : Tensor.Where(held, rows, Tensor.ZerosLike(rows)).SumOver(ranks);
        }
    }

    private Tensor Mean(Graph whole, Tensor[] operands, int arguments) =>
        (operands[^1] * RankProgram.Apply(whole, operands[..^1], arguments, ranks)).SumOver(ranks);

    private readonly record struct Key(int Arguments) : IDerivation<Graph>;
}
