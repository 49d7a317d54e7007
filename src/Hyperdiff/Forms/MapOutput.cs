namespace Hyperdiff;

/// <summary>Takes apart what a map returned, and checks that it is a state again.</summary>
internal static class MapOutput
{
    public static FormOutput Of<TState>(string name, Tree<TState> tree, FlatTree<TState> state, TState next)
    {
        var flat = new FlatTree<TState>(tree, Allowed.Returned(next, name), "w");
        state.RequireSameLeaves(flat, $"{name} must return a state like the one it was given");
        return new FormOutput(flat.Tensors, null);
    }

    public static FormOutput WithAuxiliary<TState, TAux>(
        string name, (Tree<TState> State, Tree<TAux> Auxiliary) trees, FlatTree<TState> state, (TState Next, TAux Auxiliary) result)
    {
        Tensor[] leaves = Of(name, trees.State, state, result.Next).Leaves;
        var auxiliary = new FlatTree<TAux>(trees.Auxiliary, result.Auxiliary, "auxiliary");
        return new FormOutput([.. leaves, .. auxiliary.Tensors], auxiliary);
    }
}
