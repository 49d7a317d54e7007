namespace Hyperdiff;

/// <summary>What a traced function returned: its leaves, and the structure of its auxiliary output.</summary>
/// <param name="Leaves">The leaves of the result, and then those of the auxiliary output.</param>
/// <param name="Auxiliary">The taken-apart auxiliary output; null if there is none.</param>
internal readonly record struct FormOutput(Tensor[] Leaves, object? Auxiliary);

/// <summary>Takes apart what a function returned, a structure of its own.</summary>
internal static class FunctionOutput
{
    public static FormOutput Of<TResult>(string name, Tree<TResult> tree, TResult result)
    {
        var flat = new FlatTree<TResult>(tree, Allowed.Returned(result, name), "result");
        return new FormOutput(flat.Tensors, flat);
    }
}

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

/// <summary>Takes apart what an objective returned, and checks that it is a scalar.</summary>
internal static class ObjectiveOutput
{
    public static FormOutput Of(string name, Tensor value)
    {
        return Allowed.Returned(value, name).Rank == 0 && value.DType.IsFloating()
            ? new FormOutput([value], null)
            : throw new ShapeMismatchException($"{name} must return a floating scalar, and returned {value.Type}; reduce it by Sum() or Mean().");
    }

    public static FormOutput WithAuxiliary<TAux>(string name, (Tensor Value, TAux Auxiliary) result, Tree<TAux> tree)
    {
        Tensor[] leaves = Of(name, result.Value).Leaves;
        var auxiliary = new FlatTree<TAux>(tree, result.Auxiliary, "auxiliary");
        return new FormOutput([.. leaves, .. auxiliary.Tensors], auxiliary);
    }
}

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
