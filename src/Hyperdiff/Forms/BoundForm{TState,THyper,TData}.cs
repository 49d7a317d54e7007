using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>A form with its data.</summary>
/// <param name="form">The form.</param>
/// <param name="data">The data.</param>
/// <param name="batch">Which of them hold samples, for an objective that is a mean over them.</param>
/// <param name="ofOneRank">Whether the result may differ from rank to rank.</param>
internal sealed class BoundForm<TState, THyper, TData>(Form<TState, THyper, TData> form, FlatTree<TData> data, BatchParameters? batch = null,
    bool ofOneRank = false)
    : IBoundFunction<TState, THyper>
{
    private BoundGraph? _last;

    /// <summary>A form with its data, put together.</summary>
    public BoundForm(Form<TState, THyper, TData> form, TData data, BatchParameters? batch = null)
        : this(form, form.FlattenData(data), batch)
    {
    }

    public string Name => form.Name;

    public int Traces => form.Traces;

    public bool IsPure => form.IsPure;

    public CapturedVariables? Captured => form.Captured;

    public int? Samples => batch?.Samples(data);

    public ImmutableArray<int> SampleOperands => batch?.Positions(data) ?? [];

    public Tree<TState> StateTree => form.StateTree;

    public Tree<THyper> HyperTree => form.HyperTree;

    public FlatTree<TState> FlattenState(TState state) => new(form.StateTree, state, "w");

    public FlatTree<THyper> FlattenHyper(THyper hyper) => new(form.HyperTree, hyper, "λ");

    public BoundGraph Bind(FlatTree state, FlatTree hyper, bool readable = true)
    {
        BoundGraph bound = form.Bind(state, hyper, data, readable, ofOneRank, _last);
        if (!ReferenceEquals(bound, _last) && IsPure && !bound.IsValueDependent && !Array.Exists(bound.Fixed, tensor => tensor.IsTraced))
        {
            _last = bound;
        }

        return bound;
    }

    public IBoundFunction<TState, THyper> Uncached() => new BoundForm<TState, THyper, TData>(form.Uncached(), data, batch, ofOneRank);

    // leaves of other lengths have a graph of their own, which the form keeps: one per batch size
    public IBoundFunction<TState, THyper> AtSamples(Tensor samples) => WithSamples(leaf => leaf.Take(samples));

    public IBoundFunction<TState, THyper> WithSamples(Func<Tensor, Tensor> of) =>
        new BoundForm<TState, THyper, TData>(form, (FlatTree<TData>)data.With(batch!.Map(data, of)), batch, ofOneRank);

    public IBoundFunction<TState, THyper> OfOneRank(Ranks ranks)
    {
        Tensor[] marked = batch?.Map(data, ranks.Own) ?? data.Tensors;
        return new BoundForm<TState, THyper, TData>(form, (FlatTree<TData>)data.With(marked), batch, ofOneRank: true);
    }
}
