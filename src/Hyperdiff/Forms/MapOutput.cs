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

    public static FormOutput WithAuxiliary<TState, TAux>(string name, Tree<TState> tree, FlatTree<TState> state, (TState Next, TAux Auxiliary) result,
        Tree<TAux> auxiliaryTree)
    {
        Tensor[] leaves = Of(name, tree, state, result.Next).Leaves;
        var auxiliary = new FlatTree<TAux>(auxiliaryTree, result.Auxiliary, "auxiliary");
        return new FormOutput([.. leaves, .. auxiliary.Tensors], auxiliary);
    }
}
