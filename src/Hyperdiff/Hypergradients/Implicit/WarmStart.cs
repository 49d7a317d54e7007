namespace Hyperdiff;

/// <summary>An earlier adjoint, which a solve goes on from.</summary>
internal static class WarmStart
{
    /// <summary>Its active leaves; null if there is none.</summary>
    /// <exception cref="ShapeMismatchException">A leaf is not like that of the state.</exception>
    public static Tensor[]? Of<TState, THyper>(FlatTree<TState> state, IBoundFunction<TState, THyper> function, TState? warm)
    {
        // an absent structure of a value type is not null: it is its default, whose leaves are
        if (warm is null || EqualityComparer<TState>.Default.Equals(warm, default))
        {
            return null;
        }

        FlatTree<TState> flat = function.FlattenState(warm);
        state.RequireSameLeaves(flat, "warm");
        return [.. flat.Active.Select(i => flat.Tensors[i])];
    }
}
