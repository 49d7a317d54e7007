namespace Hyperdiff;

/// <summary>A map with the promise that ∂Φ/∂w is not symmetric: nothing else of it changes.</summary>
internal sealed class NonSymmetric<TState, THyper>(IBoundFunction<TState, THyper> function) : IBoundFunction<TState, THyper>
{
    public string Name => function.Name;

    public int Traces => function.Traces;

    public bool IsPure => function.IsPure;

    public bool IsNonSymmetric => true;

    public Ranks? Ranks => function.Ranks;

    public CapturedVariables? Captured => function.Captured;

    public Tree<TState> StateTree => function.StateTree;

    public Tree<THyper> HyperTree => function.HyperTree;

    public FlatTree<TState> FlattenState(TState state) => function.FlattenState(state);

    public FlatTree<THyper> FlattenHyper(THyper hyper) => function.FlattenHyper(hyper);

    public IBoundFunction<TState, THyper> Uncached() => new NonSymmetric<TState, THyper>(function.Uncached());

    public BoundGraph Bind(FlatTree state, FlatTree hyper, bool readable = true) => function.Bind(state, hyper, readable);
}
