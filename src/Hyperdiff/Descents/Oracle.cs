using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>An objective as a step asks for it while it is traced: gradients and products at points and samples, each counted.</summary>
/// <param name="bound">f_ξ; the sample is the first of its fixed operands.</param>
/// <param name="samples">The sample of a key, as an operand, and how many components a finite sum has; 1 for others.</param>
/// <param name="point">All leaves of w and λ: the frozen ones stay, the active ones are replaced by those asked about.</param>
/// <param name="counted">What counts the calls, and what a gradient counts as.</param>
internal sealed class Oracle(
    BoundGraph bound, (Func<RandomKey, Tensor[]> Draw, int Components) samples, Tensor[] point, (OracleTally Tally, OracleCounts Gradient) counted)
{
    private static readonly OracleCounts s_hessian = new(0, 0, 1, 0);
    private static readonly OracleCounts s_cross = new(0, 0, 0, 1);

    /// <summary>An objective over these leaves.</summary>
    public static Oracle Of<TState, THyper>(
        SampledObjective<TState, THyper> objective, (FlatTree<TState> State, FlatTree<THyper> Hyper) at, OracleTally tally, OracleCounts gradient)
    {
        BoundGraph bound = objective.Function.Bind(at.State, at.Hyper, readable: false);
        return new Oracle(
            bound with { Fixed = bound.Fixed[objective.SampleLeaves..] }, (objective.Draw, (objective as FiniteSum<TState, THyper>)?.Count ?? 1),
            [.. at.State.Tensors, .. at.Hyper.Tensors], (tally, gradient));
    }

    /// <summary>For every active leaf of λ, whether the objective depends on it.</summary>
    public ImmutableArray<bool> DependsOn => Reached(bound.Graph);

    /// <summary>For every active leaf of λ, whether ∇_w of the objective depends on it.</summary>
    public ImmutableArray<bool> GradientDependsOn => Reached(StateGradient);

    /// <summary>How many components the objective is the mean of.</summary>
    public int Components => samples.Components;

    /// <summary>The sample that is a component of a finite sum.</summary>
    public Tensor[] Component(Tensor index) => [.. samples.Draw(RandomKey.FromSeed(0)).Select(_ => index)];

    /// <summary>The value at a sample of the key, which is not counted.</summary>
    public Tensor Value(LeafVector state, LeafVector hyper, RandomKey key) => bound.Graph.Call(Operands(state, hyper, samples.Draw(key))).Outputs[0];

    /// <summary>The value and both gradients: one call.</summary>
    public OracleGradient Gradient(LeafVector state, LeafVector hyper, RandomKey key) => GradientAt(state, hyper, samples.Draw(key));

    /// <inheritdoc cref="Gradient"/>
    public OracleGradient GradientAt(LeafVector state, LeafVector hyper, Tensor[] sample)
    {
        counted.Tally.Add(counted.Gradient);
        Graph graph = Derivatives.Gradient(bound.Graph, Active);
        Tensor[] outputs = graph.Call(Operands(state, hyper, sample)).Outputs;
        int first = bound.Graph.Outputs.Length;
        return new OracleGradient(outputs[0], outputs[first..(first + bound.State.Count)], outputs[(first + bound.State.Count)..]);
    }

    /// <summary>H v and Bᵀv: one call of each.</summary>
    public (LeafVector Hessian, LeafVector Cross) Products(LeafVector state, LeafVector hyper, LeafVector direction, RandomKey key) =>
        ProductsAt(state, hyper, direction, samples.Draw(key));

    /// <inheritdoc cref="Products"/>
    public (LeafVector Hessian, LeafVector Cross) ProductsAt(LeafVector state, LeafVector hyper, LeafVector direction, Tensor[] sample)
    {
        counted.Tally.Add(s_hessian + s_cross);
        Tensor[] products = ProductsGraph.Call([.. Operands(state, hyper, sample), .. direction.Leaves]).Outputs[bound.State.Count..];
        return (products[..bound.State.Count], products[bound.State.Count..]);
    }

    /// <summary>H v.</summary>
    public LeafVector HessianProduct(LeafVector state, LeafVector hyper, LeafVector direction, RandomKey key)
    {
        counted.Tally.Add(s_hessian);
        return ProductsGraph.Call([.. Operands(state, hyper, samples.Draw(key)), .. direction.Leaves]).Outputs[bound.State.Count..(2 * bound.State.Count)];
    }

    /// <summary>Bᵀv.</summary>
    public LeafVector CrossProduct(LeafVector state, LeafVector hyper, LeafVector direction, RandomKey key)
    {
        counted.Tally.Add(s_cross);
        return ProductsGraph.Call([.. Operands(state, hyper, samples.Draw(key)), .. direction.Leaves]).Outputs[(2 * bound.State.Count)..];
    }

    /// <summary>Warnings about kinks exactly at a point.</summary>
    public IEnumerable<HypergradientWarning> Kinks(string name, LeafVector state, LeafVector hyper, RandomKey key) => KinkSearch.IsSmooth(bound.Graph)
        ? []
        : KinkWarnings.Of(name, KinkSearch.Of(Subgraph.Outputs(bound.Graph, ..1), Active).At(Operands(state, hyper, samples.Draw(key))));

    private Axes Active => [.. bound.State.Items, .. bound.Hyper.Items];

    /// <summary><c>(x, v) → (∇_wf, H v, Bᵀv)</c>.</summary>
    private Graph ProductsGraph => Derivatives.Reverse(StateGradient, Active);

    /// <summary><c>x → ∇_wf</c>.</summary>
    private Graph StateGradient => Subgraph.Outputs(Derivatives.Gradient(bound.Graph, bound.State), bound.Graph.Outputs.Length..);

    private ImmutableArray<bool> Reached(Graph graph) => Linearization.Of(graph, Active).Transposed.Reached[bound.State.Count..];

    private Tensor[] Operands(LeafVector state, LeafVector hyper, Tensor[] sample)
    {
        Tensor[] all = [.. point, .. sample, .. bound.Fixed];
        ImmutableArray<int> active = [.. Active.Items];
        for (int i = 0; i < active.Length; i++)
        {
            all[active[i]] = i < state.Leaves.Length ? state.Leaves[i] : hyper.Leaves[i - state.Leaves.Length];
        }

        return all;
    }
}
