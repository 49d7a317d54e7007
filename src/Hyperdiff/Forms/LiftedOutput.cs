namespace Hyperdiff;

/// <summary>Calls a lifted method, and takes what it wrote.</summary>
internal static class LiftedOutput
{
    public static Tensor[] Of<TState, THyper, TData>(
        Action<TState, THyper, TData, LeafReader, LeafWriter> lifted,
        (FlatTree<TState> State, FlatTree<THyper> Hyper, FlatTree<TData> Data) like,
        Tensor[] leaves)
    {
        var writer = new LeafWriter(string.Empty);
        lifted(like.State.Prototype, like.Hyper.Prototype, like.Data.Prototype, new LeafReader(leaves), writer);
        return [.. writer.Leaves.Select(leaf => leaf.Value)];
    }

    /// <summary>What a map or a condition wrote, which must be like the state: lengths of arrays are seen only here.</summary>
    public static FormOutput Like<TState>(string name, FlatTree<TState> state, Tensor[] written)
    {
        if (written.Length != state.Leaves.Length)
        {
            throw new ArgumentException($"{name} must return a state like the one it was given, and returned {written.Length} leaves instead of "
                + $"{state.Leaves.Length}.");
        }

        for (int i = 0; i < written.Length; i++)
        {
            if (!written[i].Type.IsLike(state.Leaves[i].Value.Type))
            {
                throw new ShapeMismatchException($"{name} must return a state like the one it was given: leaf {state.Leaves[i].Name} is "
                    + $"{state.Leaves[i].Value.Type} there, and {written[i].Type} in the result.");
            }
        }

        return new FormOutput(written, null);
    }
}
