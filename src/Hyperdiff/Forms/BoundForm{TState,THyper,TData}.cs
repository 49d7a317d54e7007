namespace Hyperdiff;

/// <summary>A form with its data.</summary>
internal sealed class BoundForm<TState, THyper, TData>(Form<TState, THyper, TData> form, TData data) : IBoundFunction<TState, THyper>
{
    private readonly FlatTree<TData> _data = form.FlattenData(data);

    public string Name => form.Name;

    public int Traces => form.Traces;

    public bool IsPure => form.IsPure;

    public Tree<TState> StateTree => form.StateTree;

    public Tree<THyper> HyperTree => form.HyperTree;

    public FlatTree<TState> FlattenState(TState state) => new(form.StateTree, state, "w");

    public FlatTree<THyper> FlattenHyper(THyper hyper) => new(form.HyperTree, hyper, "λ");

    public BoundGraph Bind(FlatTree<TState> state, FlatTree<THyper> hyper, bool readable = true) => form.Bind(state, hyper, _data, readable);
}
