namespace Hyperdiff;

/// <summary>A function that is traced once for a whole trajectory, as the body of a loop is: for types alone, so that reading a value within it
/// throws.</summary>
internal sealed class TracedOnce<TState, THyper>(IBoundFunction<TState, THyper> function) : IBoundFunction<TState, THyper>
{
    public string Name => function.Name;

    public int Traces => function.Traces;

    // the graph of one binding holds at every state: values cannot have been read
    public bool IsPure => true;

    public Ranks? Ranks => function.Ranks;

    public CapturedVariables? Captured => function.Captured;

    public Tree<TState> StateTree => function.StateTree;

    public Tree<THyper> HyperTree => function.HyperTree;

    public FlatTree<TState> FlattenState(TState state) => function.FlattenState(state);

    public FlatTree<THyper> FlattenHyper(THyper hyper) => function.FlattenHyper(hyper);

    public IBoundFunction<TState, THyper> Uncached() => new TracedOnce<TState, THyper>(function.Uncached());

    public BoundGraph Bind(FlatTree state, FlatTree hyper, bool readable = true) => function.Bind(state, hyper, readable: false);
}
