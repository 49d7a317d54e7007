using System.Collections.Immutable;

namespace Hyperdiff.DiffSharp;

/// <summary>Forms over records of Hyperdiff tensors, called with structures of DiffSharp tensors instead, and returning them.</summary>
/// <remarks>What a form is given and what it returns correspond leaf by leaf, in order: <c>Weights(Tensor W, Tensor B)</c> to an array or a tuple of two
/// DiffSharp tensors, or to a model's parameters. The function stays Hyperdiff's, and so do its derivatives.</remarks>
public static class DiffSharpForms
{
    /// <summary>A map over other structures.</summary>
    /// <param name="map">The map.</param>
    /// <param name="like">Any state and any hyperparameters that it takes: what stays of them is what is not in leaves.</param>
    /// <param name="state">How the w to be called with is made of tensors.</param>
    /// <param name="hyper">How the λ to be called with is made of tensors.</param>
    public static FixedPointMap<TState, THyper> Over<TFromState, TFromHyper, TState, THyper>(
        this FixedPointMap<TFromState, TFromHyper> map, (TFromState State, TFromHyper Hyper) like, Tree<TState> state, Tree<THyper> hyper)
    {
        ArgumentNullException.ThrowIfNull(map);
        return FixedPointMap<TState, THyper>.Create(new Retyped<TFromState, TFromHyper, TState, THyper>(map.Function, like, state, hyper));
    }

    /// <summary>An objective over other structures.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="like">Any state and any hyperparameters that it takes: what stays of them is what is not in leaves.</param>
    /// <param name="state">How the w to be called with is made of tensors.</param>
    /// <param name="hyper">How the λ to be called with is made of tensors.</param>
    public static Objective<TState, THyper> Over<TFromState, TFromHyper, TState, THyper>(
        this Objective<TFromState, TFromHyper> objective, (TFromState State, TFromHyper Hyper) like, Tree<TState> state, Tree<THyper> hyper)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return Objective<TState, THyper>.Create(new Retyped<TFromState, TFromHyper, TState, THyper>(objective.Function, like, state, hyper));
    }

    /// <summary>A condition over other structures.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="like">Any state and any hyperparameters that it takes: what stays of them is what is not in leaves.</param>
    /// <param name="state">How the w to be called with is made of tensors.</param>
    /// <param name="hyper">How the λ to be called with is made of tensors.</param>
    public static RootCondition<TState, THyper> Over<TFromState, TFromHyper, TState, THyper>(
        this RootCondition<TFromState, TFromHyper> condition, (TFromState State, TFromHyper Hyper) like, Tree<TState> state, Tree<THyper> hyper)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return new RootCondition<TState, THyper>(new Retyped<TFromState, TFromHyper, TState, THyper>(condition.Function, like, state, hyper));
    }

    /// <summary>A structure of other tensors with the leaves of one of DiffSharp tensors.</summary>
    /// <param name="from">The structure whose leaves are taken.</param>
    /// <param name="like">A structure with as many leaves.</param>
    /// <param name="fromTree">How the one is made of tensors; looked up by type if absent.</param>
    /// <param name="toTree">How the other is made of tensors; looked up by type if absent.</param>
    public static TTo Converted<TFrom, TTo>(TFrom from, TTo like, Tree<TFrom>? fromTree = null, Tree<TTo>? toTree = null)
    {
        FlatTree<TFrom> leaves = new(fromTree ?? Tree.Of<TFrom>(), from, "from");
        FlatTree<TTo> target = new(toTree ?? Tree.Of<TTo>(), like, "like");
        RequireAsMany(leaves, target, "A structure");
        return target.Rebuild(leaves.Tensors);
    }

    private static void RequireAsMany(FlatTree given, FlatTree wanted, string what)
    {
        if (given.Leaves.Length != wanted.Leaves.Length)
        {
            throw new ArgumentException(
                $"{what} has {given.Leaves.Length} leaves ({Names(given)}) where {wanted.Leaves.Length} are needed ({Names(wanted)}): "
                    + "they correspond one to one.");
        }

        static string Names(FlatTree flat) => string.Join(", ", flat.Leaves.Select(leaf => leaf.Name));
    }

    // what is frozen in the one and not in the other would be differentiated by one of them
    private static void RequireSameActive(FlatTree given, FlatTree wanted)
    {
        for (int i = 0; i < given.Leaves.Length; i++)
        {
            if (given.Leaves[i].IsActive != wanted.Leaves[i].IsActive)
            {
                string says = wanted.Leaves[i].IsActive ? "differentiated" : wanted.Leaves[i].IsFrozen ? "frozen" : $"{wanted.Leaves[i].Value.Type}";
                throw new ArgumentException(
                    $"Leaf {wanted.Leaves[i].Name} is {says} in the form, and {given.Leaves[i].Name}, which stands in its place, is "
                        + $"{given.Leaves[i].Value.Type}{(given.Leaves[i].IsFrozen ? ", frozen" : string.Empty)}: pass a tree that agrees.");
            }
        }
    }

    private sealed class Retyped<TFromState, TFromHyper, TState, THyper>(
        IBoundFunction<TFromState, TFromHyper> function, (TFromState State, TFromHyper Hyper) like, Tree<TState> state, Tree<THyper> hyper)
        : IBoundFunction<TState, THyper>
    {
        private readonly FlatTree<TFromState> _state = function.FlattenState(like.State);
        private readonly FlatTree<TFromHyper> _hyper = function.FlattenHyper(like.Hyper);

        public string Name => function.Name;

        public int Traces => function.Traces;

        public bool IsPure => function.IsPure;

        public bool IsNonSymmetric => function.IsNonSymmetric;

        public int? Samples => function.Samples;

        public ImmutableArray<int> SampleOperands => function.SampleOperands;

        public CapturedVariables? Captured => function.Captured;

        public Tree<TState> StateTree { get; } = state;

        public Tree<THyper> HyperTree { get; } = hyper;

        public FlatTree<TState> FlattenState(TState state) => new(StateTree, state, "w");

        public FlatTree<THyper> FlattenHyper(THyper hyper) => new(HyperTree, hyper, "λ");

        public BoundGraph Bind(FlatTree state, FlatTree hyper, bool readable = true)
        {
            RequireAsMany(state, _state, $"{Name}: the state");
            RequireAsMany(hyper, _hyper, $"{Name}: the structure of hyperparameters");
            RequireSameActive(state, _state);
            RequireSameActive(hyper, _hyper);
            return function.Bind(_state.With(state.Tensors), _hyper.With(hyper.Tensors), readable);
        }

        public IBoundFunction<TState, THyper> Uncached() =>
            new Retyped<TFromState, TFromHyper, TState, THyper>(function.Uncached(), like, StateTree, HyperTree);

        public IBoundFunction<TState, THyper> AtSamples(Tensor samples) =>
            new Retyped<TFromState, TFromHyper, TState, THyper>(function.AtSamples(samples), like, StateTree, HyperTree);
    }
}
