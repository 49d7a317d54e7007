using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A linear map from structures of tensors to structures of tensors, known by what it does: <c>v ↦ A v</c>.</summary>
/// <remarks>Held as a graph, so that its transpose is derived, not written, and products run compiled.</remarks>
public sealed class LinearOperator
{
    internal LinearOperator(Graph graph, Tensor[] residuals) => (Graph, Residuals) = (graph, residuals);

    /// <summary>The types of the leaves of v.</summary>
    public ImmutableArray<TensorType> InputTypes
    {
        get => field.IsDefault ? field = Graph.InputTypes[Residuals.Length..] : field;
    }

    /// <summary>The types of the leaves of A v.</summary>
    public ImmutableArray<TensorType> OutputTypes => Graph.OutputTypes;

    /// <summary>The graph <c>(residuals, v) → A v</c>.</summary>
    internal Graph Graph { get; }

    /// <summary>What the products share.</summary>
    internal Tensor[] Residuals { get; }

    /// <summary>An operator from a linear function of one tensor.</summary>
    /// <param name="apply">v ↦ A v; it must be linear.</param>
    /// <param name="type">The type of v.</param>
    /// <exception cref="ArgumentException">It is not linear.</exception>
    public static LinearOperator From(Func<Tensor, Tensor> apply, TensorType type)
    {
        ArgumentNullException.ThrowIfNull(apply);
        TracedFunction traced = TracedFunction.Of(arguments => [apply(arguments[0])], [type]);
        return Checked(OperatorGraph.CapturesFirst(traced.Graph, 1), traced.Captures);
    }

    /// <summary>An operator from a linear function of the leaves of a structure.</summary>
    /// <param name="apply">v ↦ A v, one tensor per leaf; it must be linear.</param>
    /// <param name="types">The types of the leaves of v.</param>
    /// <exception cref="ArgumentException">It is not linear.</exception>
    public static LinearOperator From(Func<Tensor[], Tensor[]> apply, params ReadOnlySpan<TensorType> types)
    {
        ArgumentNullException.ThrowIfNull(apply);
        TracedFunction traced = TracedFunction.Of(apply, types);
        return Checked(OperatorGraph.CapturesFirst(traced.Graph, types.Length), traced.Captures);
    }

    private static LinearOperator Checked(Graph graph, Tensor[] captures)
    {
        LinearityCheck.Require(graph, captures);
        return new LinearOperator(graph, captures);
    }

    /// <summary>A v.</summary>
    /// <param name="vector">One tensor per leaf.</param>
    public Tensor[] Apply(params ReadOnlySpan<Tensor> vector) => Graph.Call([.. Residuals, .. vector]).EnsureConverged("A product with a linear operator");

    /// <summary>The operator <c>u ↦ Aᵀ u</c>, over the same residuals.</summary>
    public LinearOperator Transpose() => new(Transposition.Of(Graph, Residuals.Length).Graph, Residuals);

    /// <summary>The graph of one step of an iteration, <c>(residuals, operands) → results</c>, kept with this operator's graph.</summary>
    /// <param name="key">Names the step, by value.</param>
    /// <param name="operands">The types of the operands, given those of the leaves.</param>
    /// <param name="step">The products, and the operands, to the results.</param>
    internal Graph Step(object key, Func<TensorType[], IEnumerable<TensorType>> operands, Func<OperatorProducts, Tensor[], Tensor[]> step) =>
        Graph.Derive(new StepKey(key, Residuals.Length), graph =>
        {
            int residuals = Residuals.Length;
            return Simplification.Of(TracedFunction.Of(
                all => step(new OperatorProducts(graph, all[..residuals]), all[residuals..]),
                [.. graph.Inputs.Take(residuals).Select(input => input.Type), .. operands([.. graph.Outputs.Select(output => output.Type)])]).Graph);
        });

    /// <summary>Runs a step again and again, each time on results of the time before.</summary>
    /// <param name="step">The step.</param>
    /// <param name="reach">From how many times back its operands may come.</param>
    internal AlternatingRun Repeat(Graph step, int reach = 1) => new(step, Residuals, reach);

    /// <summary>An operator made of products with this one, over its residuals and more; its graph is kept with this one's.</summary>
    /// <param name="key">Names it, by value.</param>
    /// <param name="more">What its products share besides this operator's residuals.</param>
    /// <param name="apply">The products, those shared tensors, and v, to the result.</param>
    internal LinearOperator Derive(object key, Tensor[] more, Func<OperatorProducts, Tensor[], LeafVector, LeafVector> apply) => new(
        Step((nameof(Derive), key), leaves => [.. more.Select(tensor => tensor.Type), .. leaves],
            (products, all) => apply(products, all[..more.Length], all[more.Length..]).Leaves),
        [.. Residuals, .. more]);

    // what solvers name a step by: strings and types in it say of which kind it is; the numbers besides, which a caller may choose, of which variant
    private readonly record struct StepKey(object Step, int Residuals) : IDerivation<Graph>
    {
        public object Kind => KindOf(Step);

        private static string KindOf(object key) => key switch
        {
            string name => name,
            Type type => type.FullName ?? type.Name,
            ITuple parts => string.Join('|', Enumerable.Range(0, parts.Length).Select(i => parts[i] is { } part ? KindOf(part) : string.Empty)),
            _ => string.Empty,
        };
    }
}
