namespace Hyperdiff.DiffSharp;

/// <summary>Maps, objectives and conditions from functions of DiffSharp tensors, differentiated by DiffSharp.</summary>
/// <remarks>
/// <para>States and hyperparameters are structures of DiffSharp tensors (<see cref="DiffSharpTree"/>), and so are solutions and gradients. Solvers and methods
/// are those of Hyperdiff; every product with a derivative that they ask for is one run of the function by DiffSharp, in forward or in reverse mode, nested
/// where derivatives are.</para>
/// <para>DiffSharp's differentiation is guarded: a result that does not depend on an argument has derivative zero, whatever levels enclose it, and what
/// DiffSharp cannot differentiate is an exception. Three things remain the function's own: a call of <c>dsharp.diff</c> or <c>dsharp.grad</c> within it is
/// DiffSharp's (use <see cref="DiffSharpDerivative"/>), what it reads as a number (<c>toDouble</c>) has no derivative, and it must be pure.</para>
/// </remarks>
public static class DiffSharpFunction
{
    /// <summary>A fixed-point map.</summary>
    /// <param name="function">(w, λ) → Φ(w, λ), like w.</param>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="state">How w is made of tensors; looked up by type if absent.</param>
    /// <param name="hyper">How λ is made of tensors; looked up by type if absent.</param>
    public static FixedPointMap<TState, THyper> Map<TState, THyper>(
        Func<TState, THyper, TState> function, string name = "a function", Tree<TState>? state = null, Tree<THyper>? hyper = null) =>
        FixedPointMap<TState, THyper>.Create(LikeState(function, name, state, hyper));

    /// <summary>A condition c(w, λ) = 0.</summary>
    /// <param name="function">(w, λ) → c(w, λ), like w.</param>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="state">How w is made of tensors; looked up by type if absent.</param>
    /// <param name="hyper">How λ is made of tensors; looked up by type if absent.</param>
    public static RootCondition<TState, THyper> Condition<TState, THyper>(
        Func<TState, THyper, TState> function, string name = "a function", Tree<TState>? state = null, Tree<THyper>? hyper = null) =>
        new(LikeState(function, name, state, hyper));

    /// <summary>An objective, inner or outer.</summary>
    /// <param name="function">(w, λ) → f(w, λ), a tensor without axes, of the element type of w's first floating leaf.</param>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="state">How w is made of tensors; looked up by type if absent.</param>
    /// <param name="hyper">How λ is made of tensors; looked up by type if absent.</param>
    public static Objective<TState, THyper> Objective<TState, THyper>(
        Func<TState, THyper, DiffTensor> function, string name = "a function", Tree<TState>? state = null, Tree<THyper>? hyper = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        return global::Hyperdiff.Objective<TState, THyper>.Create(Bound(
            name,
            (state ?? Tree.Of<TState>(), hyper ?? Tree.Of<THyper>()),
            like => [new TensorType(FloatingOf(like.State, like.Hyper), Shape.Scalar)],
            (w, h, _) => [function(w, h)]));
    }

    private static BoundForm<TState, THyper, ValueTuple> LikeState<TState, THyper>(
        Func<TState, THyper, TState> function, string name, Tree<TState>? state, Tree<THyper>? hyper)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Bound(
            name,
            (state ?? Tree.Of<TState>(), hyper ?? Tree.Of<THyper>()),
            like => Array.ConvertAll(like.State.Tensors, leaf => leaf.Type),
            (w, h, like) => DiffLeaves.Flatten(function(w, h), like, name));
    }

    // one equation: the function runs whenever the graph does, so nothing that it captured is a constant of the graph, and the graph can be kept
    private static BoundForm<TState, THyper, ValueTuple> Bound<TState, THyper>(string name, (Tree<TState> State, Tree<THyper> Hyper) trees,
        Func<(FlatTree<TState> State, FlatTree<THyper> Hyper), TensorType[]> results, Func<TState, THyper, FlatTree<TState>, DiffTensor[]> run)
    {
        ArgumentNullException.ThrowIfNull(name);
        var form = new Form<TState, THyper, ValueTuple>(
            name,
            (like, leaves) =>
            {
                int states = like.State.Leaves.Length;
                var program = new DiffProgram(
                    name, all => run(DiffLeaves.Rebuild(like.State, all.AsSpan(..states)), DiffLeaves.Rebuild(like.Hyper, all.AsSpan(states..)), like.State));
                var operands = new TypeList(Array.ConvertAll(leaves, leaf => leaf.Type));
                return new FormOutput(new DiffSharpCall(program, operands, new TypeList(results((like.State, like.Hyper)))).Apply(leaves), null);
            },
            (trees.State, trees.Hyper, Tree.Unit),
            new FormCache());
        return new BoundForm<TState, THyper, ValueTuple>(form, default(ValueTuple));
    }

    private static DType FloatingOf(params ReadOnlySpan<FlatTree> structures)
    {
        foreach (FlatTree structure in structures)
        {
            foreach (Tensor leaf in structure.Tensors)
            {
                if (leaf.DType.IsFloating())
                {
                    return leaf.DType;
                }
            }
        }

        return DType.Float64;
    }
}
