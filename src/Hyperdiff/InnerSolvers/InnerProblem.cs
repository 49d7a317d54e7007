using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>An inner problem at fixed parameters, as solvers see it.</summary>
/// <param name="Graph">Φ or f; its inputs are the leaves of the state w, and then the parameters θ: hyperparameters, data, captures.</param>
/// <param name="States">The number of leaves of the state.</param>
/// <param name="Active">The leaves of the state that are differentiated.</param>
/// <param name="Parameters">θ.</param>
/// <param name="Retrace">For a function that read values while it was traced: the problem traced anew at a state. Null if the graph holds everywhere.</param>
internal sealed record InnerProblem(Graph Graph, int States, Axes Active, Tensor[] Parameters, Func<Tensor[], InnerProblem>? Retrace = null)
{
    /// <summary>The problem whose graph holds at a state.</summary>
    public InnerProblem At(Tensor[] state) => Retrace is null ? this : Retrace(state);

    /// <summary>The same problem with what does not depend on the state computed, once and for all: further parameters.</summary>
    public InnerProblem WithoutInvariants()
    {
        LoopInvariants invariants = Invariants;
        return invariants.Before is { } before
            ? this with { Graph = invariants.Body, Parameters = [.. Parameters, .. before.Call(Parameters).EnsureConverged("An inner problem")] } : this;
    }

    /// <summary>What does not depend on the state, apart; nothing for a function whose graph does not hold everywhere.</summary>
    public LoopInvariants Invariants => Retrace is null ? LoopInvariants.Of(Graph, States, runs: true) : new LoopInvariants(null, Graph);

    /// <summary>The types of the active leaves.</summary>
    public ImmutableArray<TensorType> ActiveTypes
    {
        get
        {
            var types = new TensorType[Active.Count];
            for (int i = 0; i < types.Length; i++)
            {
                types[i] = Graph.Inputs[Active[i]].Type;
            }

            return ImmutableCollectionsMarshal.AsImmutableArray(types);
        }
    }

    /// <summary>The coarsest machine epsilon among the active leaves.</summary>
    public double Epsilon => ActiveTypes.AsSpan().CoarsestEpsilon();

    /// <summary>The active leaves of a state.</summary>
    public Tensor[] ActiveOf(Tensor[] state)
    {
        var active = new Tensor[Active.Count];
        for (int i = 0; i < active.Length; i++)
        {
            active[i] = state[Active[i]];
        }

        return active;
    }

    /// <summary>A state with other active leaves.</summary>
    public Tensor[] Replace(Tensor[] state, Tensor[] active)
    {
        var next = (Tensor[])state.Clone();
        for (int i = 0; i < active.Length; i++)
        {
            next[Active[i]] = active[i];
        }

        return next;
    }

    /// <summary>Evaluates a graph over the inputs of this problem's graph.</summary>
    public Tensor[] Call(Graph graph, Tensor[] state, params ReadOnlySpan<Tensor> more) =>
        graph.Call([.. state, .. Parameters, .. more]).EnsureConverged("A step of an inner solve");

    /// <summary>The problem of a bound map, objective or condition, its graph valid at a point.</summary>
    public static InnerProblem Of(IBoundFunction function, BilevelPoint point, bool readable = true)
    {
        point.State.RequireActive($"The state of {function.Name}");
        BoundGraph bound = function.Bind(point.State, point.Hyper, readable);
        Replication.RequireOfOneRank(function.Name, [.. bound.State.Items.Select(i => bound.Graph.Inputs[i].Type)], bound.Graph);
        InnerProblem problem = Of(point, bound);
        return bound.IsValueDependent ? problem with { Retrace = leaves => At(point.At(leaves)) } : problem;

        InnerProblem At(BilevelPoint at) => Of(at, function.Bind(at.State, at.Hyper, readable));

        InnerProblem Of(BilevelPoint at, BoundGraph here) => new(here.Graph, at.State.Leaves.Length, here.State, [.. at.Hyper.Tensors, .. here.Fixed]);
    }
}
