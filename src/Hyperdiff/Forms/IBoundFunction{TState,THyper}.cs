namespace Hyperdiff;

/// <summary>A function of state and hyperparameters with its data bound, as maps and objectives see it: the type of the data is hidden.</summary>
internal interface IBoundFunction<TState, THyper>
{
    /// <summary>The name of the method behind it.</summary>
    string Name { get; }

    /// <summary>How often the method was traced.</summary>
    int Traces { get; }

    FlatTree<TState> FlattenState(TState state);

    FlatTree<THyper> FlattenHyper(THyper hyper);

    /// <summary>The graph for arguments of these types.</summary>
    BoundGraph Bind(FlatTree<TState> state, FlatTree<THyper> hyper);
}
