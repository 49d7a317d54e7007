using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A function of state, hyperparameters and data, as graphs: the part that maps and objectives share.</summary>
/// <param name="name">The name of the method, for messages.</param>
/// <param name="body">Calls the method with leaves instead of those of its arguments, in their order, and takes its result apart.</param>
/// <param name="trees">How its arguments are made of tensors.</param>
/// <param name="cache">Keeps graphs; null for a function that is not known to be pure, which is traced anew each time.</param>
internal sealed class Form<TState, THyper, TData>(
    string name,
    Func<(FlatTree<TState> State, FlatTree<THyper> Hyper, FlatTree<TData> Data), Tensor[], FormOutput> body,
    (Tree<TState> State, Tree<THyper> Hyper, Tree<TData> Data) trees,
    FormCache? cache)
{
    private int _traces;

    /// <summary>A function of structures of tensors, which are rebuilt around the leaves.</summary>
    public Form(string name, Func<FlatTree<TState>, TState, THyper, TData, FormOutput> body,
        (Tree<TState> State, Tree<THyper> Hyper, Tree<TData> Data) trees, FormCache? cache)
        : this(
            name,
            (like, leaves) =>
            {
                (int states, int hypers) = (like.State.Leaves.Length, like.Hyper.Leaves.Length);
                return body(like.State, like.State.Rebuild(leaves[..states]), like.Hyper.Rebuild(leaves[states..(states + hypers)]),
                    like.Data.Rebuild(leaves[(states + hypers)..]));
            },
            trees,
            cache)
    {
    }

    /// <summary>The name of the method.</summary>
    public string Name { get; } = name;

    /// <summary>What the data are called in messages, unless their leaves have names.</summary>
    public string DataName { get; init; } = string.Empty;

    /// <summary>How often the function was traced.</summary>
    public int Traces => Volatile.Read(ref _traces);

    /// <summary>Whether the function is known to be pure, so that a graph stays right.</summary>
    public bool IsPure => cache is not null;

    /// <summary>What the function captured; null if nothing is known to be.</summary>
    public CapturedVariables? Captured => cache?.Captured();

    public Tree<TState> StateTree => trees.State;

    public Tree<THyper> HyperTree => trees.Hyper;

    /// <summary>The same function, traced anew each time.</summary>
    public Form<TState, THyper, TData> Uncached() => new(Name, body, trees, null) { DataName = DataName };

    /// <summary>The function over these data.</summary>
    public BoundForm<TState, THyper, TData> Bind(TData data) => new(this, data);

    public FlatTree<TData> FlattenData(TData data) => new(trees.Data, data, DataName);

    /// <summary>The graph for these arguments.</summary>
    /// <param name="state">The state: its types are traced for.</param>
    /// <param name="hyper">The hyperparameters.</param>
    /// <param name="data">The data that the function is bound to.</param>
    /// <param name="readable">Whether the function may read values: not where it is the body of a loop or a solve.</param>
    /// <param name="ofOneRank">Whether it may return what differs from rank to rank.</param>
    /// <param name="last">The graph for the arguments before, with the same data.</param>
    public BoundGraph Bind(FlatTree state, FlatTree hyper, FlatTree<TData> data, bool readable, bool ofOneRank = false, BoundGraph? last = null)
    {
        TracedForm traced;
        if (cache is null)
        {
            traced = Trace(state, hyper, data, readable);
        }
        else if (cache.FindAgain([state.Leaves, hyper.Leaves, data.Leaves], [state.Statics, hyper.Statics, data.Statics]) is { } again)
        {
            traced = again;
        }
        else
        {
            var key = new FormKey([state.Leaves, hyper.Leaves, data.Leaves], [state.Statics, hyper.Statics, data.Statics]);
            if (cache.Find(key) is { } known)
            {
                traced = known;
            }
            else
            {
                CapturedVariables? captured = cache.Captured();
                traced = Trace(state, hyper, data, readable);

                // what an enclosing transformation differentiates belongs to that, and is gone with it
                if (!traced.IsValueDependent && !Array.Exists(traced.Captures, tensor => tensor.IsTraced))
                {
                    cache.Keep(key, traced, captured);
                }
            }
        }

        if (ReferenceEquals(last?.Graph, traced.Graph) && !traced.MayLackSamples)
        {
            return last!;
        }

        if (!ofOneRank)
        {
            RequireReplicated(traced.Graph, state);
        }

        var bound = new BoundGraph(traced.Graph, traced.State, traced.Hyper, [.. data.Tensors, .. traced.Captures], traced.Auxiliary, traced.IsValueDependent);
        if (traced.MayLackSamples)
        {
            RequireSamples(bound, state, hyper, data);
        }

        return bound;
    }

    /// <summary>Jᵀ ȳ for the Jacobian J of a result like the state, in the state.</summary>
    /// <exception cref="ShapeMismatchException">A leaf of ȳ is not like that of the state.</exception>
    public TState Pullback(TState state, THyper hyper, TData data, TState cotangent)
    {
        var (w, h) = (new FlatTree<TState>(StateTree, state, "w"), new FlatTree<THyper>(trees.Hyper, hyper, "λ"));
        var back = new FlatTree<TState>(StateTree, cotangent, "cotangent");
        w.RequireSameLeaves(back, $"The cotangent of {Name}");
        w.RequireActive($"The pullback of {Name}");
        BoundGraph bound = Bind(w, h, FlattenData(data), readable: true);
        Graph result = Subgraph.Outputs(bound.Graph, ..w.Leaves.Length);
        return w.RebuildActive(Derivatives.Reverse(result, bound.State).Call([.. bound.Operands(w.Tensors, h.Tensors), .. back.Tensors])
            .EnsureConverged($"The pullback of {Name}")[w.Leaves.Length..]);
    }

    // a state that differs from rank to rank, such as the equilibria of a share of the samples, has images that do
    private void RequireReplicated(Graph graph, FlatTree state)
    {
        for (int i = 0; i < graph.Outputs.Length; i++)
        {
            if (i >= state.Leaves.Length || graph.Outputs.Length < state.Leaves.Length || state.Leaves[i].Value.Type.VariesAcross is null)
            {
                Replication.Require($"What {Name} returns", graph.Outputs[i].Type);
            }
        }
    }

    // a mean over no samples is not a number, and has a gradient of zeros, which no solver would notice
    private void RequireSamples(BoundGraph bound, FlatTree state, FlatTree hyper, FlatTree<TData> data)
    {
        Tensor[] operands = bound.Operands(state.Tensors, hyper.Tensors);
        if (!Array.Exists(operands, tensor => tensor.IsTraced) && double.IsNaN(bound.Graph.Call(operands).Outputs[0].ToScalar()))
        {
            string empty = string.Join(", ", data.Leaves.Where(leaf => leaf.Value.Count == 0).Select(leaf => $"{leaf.Name} {leaf.Value.Shape}"));
            throw new ArgumentException(
                $"{Name} is not a number: {(empty.Length == 0 ? "a tensor that it uses" : empty)} has no elements, and so no mean. Give it samples, "
                    + $"or a sum instead of the mean.", nameof(data));
        }
    }

    private TracedForm Trace(FlatTree w, FlatTree h, FlatTree<TData> data, bool readable)
    {
        (FlatTree<TState> state, FlatTree<THyper> hyper) = ((FlatTree<TState>)w, (FlatTree<THyper>)h);
        Interlocked.Increment(ref _traces);
        Leaf[] leaves = [.. state.Leaves, .. hyper.Leaves, .. data.Leaves];
        int states = state.Leaves.Length;
        object? auxiliary = null;
        TracedFunction traced = TracedFunction.Of(
            arguments =>
            {
                FormOutput output = body((state, hyper, data), arguments);
                auxiliary = output.Auxiliary;
                return output.Leaves;
            },
            [.. leaves.Select(leaf => leaf.Value)],
            [.. leaves.Select(leaf => leaf.Name)],
            readable);

        // of a function that is not known to be pure nothing else is kept
        Graph graph = cache is null && !traced.IsValueDependent ? KnownGraphs.Simplified(traced.Graph) : Simplification.Of(traced.Graph);
        return new TracedForm(graph, [.. state.Active], [.. hyper.Active.Select(i => states + i)], traced.Captures, auxiliary,
            traced.IsValueDependent);
    }
}
