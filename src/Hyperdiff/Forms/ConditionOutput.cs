namespace Hyperdiff;

/// <summary>Takes apart what a condition returned, and checks that there is one number per unknown.</summary>
internal static class ConditionOutput
{
    public static FormOutput Of<TState>(string name, Tree<TState> tree, FlatTree<TState> state, TState residual)
    {
        var flat = new FlatTree<TState>(tree, Allowed.Returned(residual, name), "w");
        state.RequireSameLeaves(flat, $"{name} must return a structure like the state it was given, one number per unknown");
        return new FormOutput(flat.Tensors, null);
    }
}
