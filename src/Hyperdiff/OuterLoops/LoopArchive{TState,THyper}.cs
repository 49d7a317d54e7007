namespace Hyperdiff;

/// <summary>The position of a loop along hypergradients in a file.</summary>
internal static class LoopArchive<TState, THyper>
{
    private const string StateSection = "state";
    private const string OuterSection = "optimizer";
    private const string AdjointSection = "adjoint";
    private const string MemorySection = "inner optimizer";
    private const string Anchor = "before ";

    /// <summary>Writes a position.</summary>
    /// <param name="position">The position.</param>
    /// <param name="archive">The file.</param>
    /// <param name="state">w, taken apart.</param>
    public static void Write(HypergradientPosition<TState, THyper> position, StructureArchive archive, FlatTree<TState> state)
    {
        WriteOne(position, archive, state, string.Empty);
        archive.Add("failed", position.Failed);
        position.Coupled.Write(archive);
        archive.Add("rolls back", position.Anchor is null ? 0 : 1);
        if (position.Anchor is { } anchor)
        {
            WriteOne(anchor.Before, archive, new FlatTree<TState>(state.Tree, anchor.Before.State, "w"), Anchor);
            archive.Add(Anchor + "gradient", new FlatTree<THyper>(position.Outer.ParameterTree, anchor.Gradient, "gradient"));
        }
    }

    /// <summary>Reads a position.</summary>
    /// <param name="archive">The file.</param>
    /// <param name="like">A position of the same structures.</param>
    /// <param name="states">w, and the state of the problem's points, which holds an optimizer's memory where there is one.</param>
    public static HypergradientPosition<TState, THyper> Read(
        StructureArchive archive, HypergradientPosition<TState, THyper> like, (FlatTree<TState> State, FlatTree Point) states)
    {
        HypergradientPosition<TState, THyper> read = ReadOne(archive, like, states, string.Empty) with
        {
            Failed = (int)archive.Number("failed"),
            Coupled = CoupledMemory.Read(archive),
        };
        if (archive.Number("rolls back") == 0)
        {
            return read;
        }

        var gradient = new FlatTree<THyper>(like.Outer.ParameterTree, like.Outer.Parameters, "gradient");
        HypergradientPosition<TState, THyper> before = ReadOne(archive, like, states, Anchor) with { Coupled = read.Coupled };
        return read with { Anchor = (before, ((FlatTree<THyper>)archive.Tree(Anchor + "gradient", gradient)).Value) };
    }

    private static void WriteOne(HypergradientPosition<TState, THyper> position, StructureArchive archive, FlatTree<TState> state, string prefix)
    {
        archive.Add(prefix + StateSection, state);
        archive.Add(prefix + OuterSection, Flat(position.Outer));
        archive.Add(prefix + "length", position.Length);
        if (position.Warm is { } warm)
        {
            if (warm.IsAdjoint)
            {
                archive.Add(prefix + AdjointSection, warm.AdjointLeaves);
                warm.Memory?.Write(archive, $"{prefix}{AdjointSection} ");
            }
            else
            {
                archive.Add(prefix + MemorySection, warm.State);
            }
        }
    }

    private static HypergradientPosition<TState, THyper> ReadOne(
        StructureArchive archive, HypergradientPosition<TState, THyper> like, (FlatTree<TState> State, FlatTree Point) states, string prefix)
    {
        // first what tells a file of other structures best
        var state = (FlatTree<TState>)archive.Tree(prefix + StateSection, states.State);
        WarmStart? warm = archive.Has(prefix + AdjointSection)
            ? WarmStart.OfAdjoint(
                states.State, AdjointOf(archive, archive.Tensors(prefix + AdjointSection), states.State),
                SolverMemory.Read(archive, $"{prefix}{AdjointSection} ", Array.ConvertAll(states.State.ActiveTensors, leaf => leaf.Type)))
            : archive.Has(prefix + MemorySection) ? WarmStart.OfOptimizer(archive.Tree(prefix + MemorySection, states.Point)) : null;
        OptimizerState<THyper> outer = ((FlatTree<OptimizerState<THyper>>)archive.Tree(prefix + OuterSection, Flat(like.Outer))).Value;
        return like with
        {
            State = state.Value,
            Outer = outer,
            Warm = warm,
            Length = archive.Number(prefix + "length"),
        };
    }

    private static FlatTree<OptimizerState<THyper>> Flat(OptimizerState<THyper> outer) => new(outer.Tree, outer, "λ");

    private static Tensor[] AdjointOf(StructureArchive archive, Tensor[] adjoint, FlatTree state)
    {
        TensorType[] expected = Array.ConvertAll(state.ActiveTensors, leaf => leaf.Type);
        return expected.SequenceEqual(adjoint.Select(leaf => leaf.Type)) ? adjoint
            : throw archive.Foreign("adjoint", "its leaves are not like those of w");
    }
}
