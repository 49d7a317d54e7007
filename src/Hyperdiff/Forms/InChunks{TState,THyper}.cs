using System.Collections.Immutable;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>An objective over samples, as the weighted mean over chunks of them, one after the other: <c>f = Σ_c (n_c/n) f_c</c>.</summary>
/// <remarks>
/// Exact, because an objective with <c>[Batch]</c> parameters is a mean over their first axis plus terms without it. The chunks are a loop that keeps nothing
/// of a chunk for the next: a derivative computes each chunk again.
/// </remarks>
/// <param name="whole">The objective, a mean over samples.</param>
/// <param name="size">How many samples a chunk has, given the objective's graph for some arguments.</param>
internal sealed class InChunks<TState, THyper>(IBoundFunction<TState, THyper> whole, Func<ChunkedGraphs, int> size) : IBoundFunction<TState, THyper>
{
    public string Name => whole.Name;

    public int Traces => whole.Traces;

    public bool IsPure => whole.IsPure;

    public bool IsNonSymmetric => whole.IsNonSymmetric;

    public int? Samples => whole.Samples;

    public ImmutableArray<int> SampleOperands => whole.SampleOperands;

    public CapturedVariables? Captured => whole.Captured;

    public Tree<TState> StateTree => whole.StateTree;

    public Tree<THyper> HyperTree => whole.HyperTree;

    public FlatTree<TState> FlattenState(TState state) => whole.FlattenState(state);

    public FlatTree<THyper> FlattenHyper(THyper hyper) => whole.FlattenHyper(hyper);

    public IBoundFunction<TState, THyper> Uncached() => new InChunks<TState, THyper>(whole.Uncached(), size);

    public BoundGraph Bind(FlatTree state, FlatTree hyper, bool readable = true)
    {
        BoundGraph all = whole.Bind(state, hyper, readable: false);
        int arguments = state.Leaves.Length + hyper.Leaves.Length;
        var graphs = new ChunkedGraphs(
            Subgraph.Outputs(all.Graph, ..1),
            [.. all.State.Items, .. all.Hyper.Items],
            whole.Samples!.Value,
            [.. whole.SampleOperands.Select(operand => arguments + operand)],
            samples => Subgraph.Outputs(whole.AtSamples(Tensor.From<int>([.. Enumerable.Range(0, samples)], [samples])).Bind(state, hyper,
                readable: false).Graph, ..1));
        return all with { Graph = graphs.InChunksOf(size(graphs)), Auxiliary = null };
    }

    public IBoundFunction<TState, THyper> AtSamples(Tensor samples) => new InChunks<TState, THyper>(whole.AtSamples(samples), size);

    public IBoundFunction<TState, THyper> WithSamples(Func<Tensor, Tensor> of) => new InChunks<TState, THyper>(whole.WithSamples(of), size);

    public IBoundFunction<TState, THyper> OfOneRank(Ranks ranks) => new InChunks<TState, THyper>(whole.OfOneRank(ranks), size);
}
