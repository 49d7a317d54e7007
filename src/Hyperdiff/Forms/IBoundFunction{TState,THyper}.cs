namespace Hyperdiff;

/// <summary>A function of state and hyperparameters with its data bound, as maps and objectives see it: the type of the data is hidden.</summary>
internal interface IBoundFunction<TState, THyper>
{
    /// <summary>The name of the method behind it.</summary>
    string Name { get; }

    /// <summary>How often the method was traced.</summary>
    int Traces { get; }

    /// <summary>Whether the function is known to be pure: if not, its graph holds for one linearization.</summary>
    bool IsPure { get; }

    /// <summary>How the state is made of tensors.</summary>
    Tree<TState> StateTree { get; }

    /// <summary>How the hyperparameters are made of tensors.</summary>
    Tree<THyper> HyperTree { get; }

    FlatTree<TState> FlattenState(TState state);

    FlatTree<THyper> FlattenHyper(THyper hyper);

    /// <summary>The graph for arguments of these types.</summary>
    /// <param name="state">The state.</param>
    /// <param name="hyper">The hyperparameters.</param>
    /// <param name="readable">Whether the function may read values: not where it is the body of a loop or a solve.</param>
    BoundGraph Bind(FlatTree<TState> state, FlatTree<THyper> hyper, bool readable = true);
}
