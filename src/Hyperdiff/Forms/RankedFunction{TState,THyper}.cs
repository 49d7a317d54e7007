using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A function of all ranks that is made of the functions that each has on its own share of the data.</summary>
/// <param name="own">The function of one rank, whose result is another on each (<see cref="IBoundFunction{TState, THyper}.OfOneRank"/>).</param>
/// <param name="ranks">The ranks.</param>
/// <param name="shares">How many samples, or components, each has.</param>
internal abstract class RankedFunction<TState, THyper>(IBoundFunction<TState, THyper> own, Ranks ranks, RankShares shares) : IBoundFunction<TState, THyper>
{
    public string Name => own.Name;

    public int Traces => own.Traces;

    public bool IsPure => own.IsPure;

    public bool IsNonSymmetric => own.IsNonSymmetric;

    public virtual int? Samples => null;

    public CapturedVariables? Captured => own.Captured;

    public Tree<TState> StateTree => own.StateTree;

    public Tree<THyper> HyperTree => own.HyperTree;

    Ranks? IBoundFunction.Ranks => ranks;

    /// <summary>The function of one rank.</summary>
    protected IBoundFunction<TState, THyper> Own => own;

    /// <summary>The ranks.</summary>
    protected Ranks Ranks => ranks;

    /// <summary>What each rank has.</summary>
    protected RankShares Shares => shares;

    public FlatTree<TState> FlattenState(TState state) => own.FlattenState(state);

    public FlatTree<THyper> FlattenHyper(THyper hyper) => own.FlattenHyper(hyper);

    public abstract IBoundFunction<TState, THyper> Uncached();

    public virtual IBoundFunction<TState, THyper> AtSamples(Tensor samples) =>
        throw new System.Diagnostics.UnreachableException($"{Name} is not a mean over samples.");

    public BoundGraph Bind(FlatTree state, FlatTree hyper, bool readable = true)
    {
        BoundGraph bound = own.Bind(state, hyper, readable);
        int arguments = state.Leaves.Length + hyper.Leaves.Length;
        TensorType value = bound.Graph.OutputTypes[0];
        Tensor weight = ranks.Own(Tensor.Full(Shape.Scalar, shares.WeightOf(ranks.Rank), value.DType));
        Graph graph = bound.Graph.DeriveWith(ranks, KeyOf(arguments), whole => Simplification.Of(TracedFunction.Of(
            operands => [Value(whole, operands, arguments).SumOver(ranks)], [.. whole.InputTypes, weight.Type]).Graph));
        ranks.Program(RankFingerprint.Of(Name, graph));
        return bound with { Graph = graph, Fixed = [.. bound.Fixed, weight], Auxiliary = null };
    }

    /// <summary>What this rank contributes to the sum.</summary>
    /// <param name="whole">Its function.</param>
    /// <param name="operands">What that takes, w and λ first, and then n_r/n.</param>
    /// <param name="arguments">How many leaves w and λ have.</param>
    protected abstract Tensor Value(Graph whole, Tensor[] operands, int arguments);

    /// <summary>What the graph depends on besides the function of the rank.</summary>
    protected abstract IDerivation<Graph> KeyOf(int arguments);
}
