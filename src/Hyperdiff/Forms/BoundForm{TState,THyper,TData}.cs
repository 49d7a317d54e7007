using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>A form with its data.</summary>
/// <param name="form">The form.</param>
/// <param name="data">The data.</param>
/// <param name="batch">Which of them hold samples, for an objective that is a mean over them.</param>
internal sealed class BoundForm<TState, THyper, TData>(Form<TState, THyper, TData> form, FlatTree<TData> data, BatchParameters? batch = null)
    : IBoundFunction<TState, THyper>
{
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

    public BoundGraph Bind(FlatTree state, FlatTree hyper, bool readable = true) => form.Bind(state, hyper, data, readable);

    public IBoundFunction<TState, THyper> Uncached() => new BoundForm<TState, THyper, TData>(form.Uncached(), data, batch);

    // leaves of other lengths have a graph of their own, which the form keeps: one per batch size
    public IBoundFunction<TState, THyper> AtSamples(Tensor samples) =>
        new BoundForm<TState, THyper, TData>(form, (FlatTree<TData>)data.With(batch!.Take(data, samples)), batch);
}
