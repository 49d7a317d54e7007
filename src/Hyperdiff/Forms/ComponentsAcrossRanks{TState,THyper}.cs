using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A component of a finite sum whose components are shared out among ranks: the rank that has it tells the others.</summary>
/// <param name="own">A component of one rank; its first fixed operand is the number of the component among those of the rank.</param>
/// <param name="ranks">The ranks.</param>
/// <param name="shares">How many components each has.</param>
internal sealed class ComponentsAcrossRanks<TState, THyper>(IBoundFunction<TState, THyper> own, Ranks ranks, RankShares shares)
    : IBoundFunction<TState, THyper>
{
    public string Name => own.Name;

    public int Traces => own.Traces;

    public bool IsPure => own.IsPure;

    public Ranks? Ranks => ranks;

    public CapturedVariables? Captured => own.Captured;

    public Tree<TState> StateTree => own.StateTree;

    public Tree<THyper> HyperTree => own.HyperTree;

    public FlatTree<TState> FlattenState(TState state) => own.FlattenState(state);

    public FlatTree<THyper> FlattenHyper(THyper hyper) => own.FlattenHyper(hyper);

    public IBoundFunction<TState, THyper> Uncached() => new ComponentsAcrossRanks<TState, THyper>(own.Uncached(), ranks, shares);

    public BoundGraph Bind(FlatTree state, FlatTree hyper, bool readable = true)
    {
        BoundGraph bound = own.Bind(state, hyper, readable);
        int arguments = state.Leaves.Length + hyper.Leaves.Length;
        Graph graph = bound.Graph.DeriveWith(ranks, new Key(arguments, shares.Of(ranks.Rank)), whole => Simplification.Of(TracedFunction.Of(
            operands => [Component(whole, operands, arguments)], [.. whole.InputTypes])
            .Graph));
        ranks.Program(RankFingerprint.Of(Name, graph));
        return bound with { Graph = graph, Auxiliary = null };
    }

    private Tensor Component(Graph whole, Tensor[] operands, int arguments)
    {
        (int from, int to) = shares.Of(ranks.Rank);
        Tensor index = operands[arguments].ToEach(ranks), mine = (index >= from) & (index < to);
        Tensor[] local = [.. operands];
        local[arguments] = (index - from).Maximum(0).Minimum(to - from - 1);
        return Tensor.Where(mine, RankProgram.Apply(whole, local, arguments, ranks), 0).SumOver(ranks);
    }

    private readonly record struct Key(int Arguments, (int From, int To) Share) : IDerivation<Graph>;
}
