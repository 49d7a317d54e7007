using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>What a map leaves of the condition of its fixed point, as a function of its own: <c>w − Φ(w, λ)</c>; 0 in frozen leaves.</summary>
internal sealed class MapResidual<TState, THyper>(IBoundFunction<TState, THyper> map) : IBoundFunction<TState, THyper>
{
    public string Name => $"residual of {map.Name}";

    public int Traces => map.Traces;

    public bool IsPure => map.IsPure;

    public Ranks? Ranks => map.Ranks;

    public CapturedVariables? Captured => map.Captured;

    public Tree<TState> StateTree => map.StateTree;

    public Tree<THyper> HyperTree => map.HyperTree;

    public FlatTree<TState> FlattenState(TState state) => map.FlattenState(state);

    public FlatTree<THyper> FlattenHyper(THyper hyper) => map.FlattenHyper(hyper);

    public IBoundFunction<TState, THyper> Uncached() => new MapResidual<TState, THyper>(map.Uncached());

    public BoundGraph Bind(FlatTree state, FlatTree hyper, bool readable = true)
    {
        BoundGraph bound = map.Bind(state, hyper, readable);
        int states = state.Leaves.Length;
        Graph residual = bound.Graph.Derive(new Key(states, bound.State), graph => Residual(graph, states, bound.State));
        return bound with { Graph = residual, Auxiliary = null };
    }

    private static Graph Residual(Graph graph, int states, Axes active) => Simplification.Of(TracedFunction.Of(
        operands =>
        {
            Tensor[] residual = graph.Call(operands).Outputs[..states];
            foreach (int leaf in active.Items)
            {
                residual[leaf] = operands[leaf] - residual[leaf];
            }

            return residual;
        },
        [.. graph.Inputs.Select(input => input.Type)]).Graph);

    private readonly record struct Key(int States, Axes Active) : IDerivation<Graph>;
}
