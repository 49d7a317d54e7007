using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Transforms;

/// <summary>Keeps branches that were not taken out of derivatives: masks travel beside tangents and cotangents through a linear graph.</summary>
/// <remarks>
/// The cotangent of a branch of <c>Where(m, a, b)</c> is <c>Where(m, ȳ, 0)</c>, and so is the tangent of a choice between a value and a constant. Such a zero
/// is not a number that happens to be 0: it says that nothing depends on what comes there. Multiplied by an infinite slope it stays 0. A mask says where a
/// value is live, and every primitive that is linear moves it along (<see cref="Primitive.Live"/>); products are chosen by it. Outside masks 0·∞ is NaN as
/// always. A graph without choices is left as it is. The size of the result is proportional to that of the graph, as each equation is guarded for itself.
/// </remarks>
internal static class Choices
{
    /// <summary>A linear graph <c>(ẋ, residuals) → ẏ</c> with its choices kept; kept with the graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="residualCount">How many of its last inputs are known.</param>
    public static Graph Kept(Graph graph, int residualCount)
    {
        bool[] linear = [.. graph.Inputs.Select((_, i) => i < graph.Inputs.Length - residualCount)];
        return graph.Derive(new KeptKey(residualCount), _ => Within(graph, linear) ? WithoutMasks(graph, linear) : graph);
    }

    /// <summary>Whether a linear graph makes choices around solves, which refuse what is not finite even where nothing depends on it.</summary>
    public static bool Refuses(Graph graph, int residualCount) => !graph.Reports.IsEmpty && !ReferenceEquals(Kept(graph, residualCount), graph);

    /// <summary>Whether a linear graph makes choices, so that it needs masks though its inputs have none.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="linear">In which inputs it is linear.</param>
    public static bool Within(Graph graph, bool[] linear)
    {
        var dependent = new ValueSet(graph, graph.Inputs.Where((_, i) => linear[i]));
        foreach (Equation equation in graph.Equations)
        {
            if (dependent.ContainsAny(equation.Operands))
            {
                if (equation.Primitive.Chooses(dependent.Which(equation.Operands)))
                {
                    return true;
                }

                dependent.Add(equation.Results);
            }
        }

        return false;
    }

    /// <summary>A linear graph with its choices kept, some of whose inputs have masks; kept with the graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="linear">In which inputs it is linear.</param>
    /// <param name="masked">Which of these have a mask, in order the last inputs of the result.</param>
    public static GuardedGraph Guarded(Graph graph, bool[] linear, bool[] masked) =>
        graph.Derive(new GuardedKey(Places(linear), Places(masked)), _ => Guard(graph, linear, masked));

    /// <summary>Applies a primitive to operands of which some are live only in places, by its rule.</summary>
    public static LiveResult[] Apply(Primitive primitive, LiveOperand[] operands) => primitive.Live(operands) ?? Opaque(primitive, operands);

    private static Graph WithoutMasks(Graph graph, bool[] linear) =>
        Subgraph.Outputs(Guarded(graph, linear, new bool[linear.Length]).Graph, ..graph.Outputs.Length);

    private static GuardedGraph Guard(Graph graph, bool[] linear, bool[] masked)
    {
        using var trace = new Trace(graph);
        Tensor[] inputs = [.. graph.Inputs.Select(trace.Take)];
        var values = new ValueMap<LiveOperand>(graph);
        for (int i = 0; i < inputs.Length; i++)
        {
            values.Set(
                graph.Inputs[i], new LiveOperand(inputs[i], linear[i], masked[i] ? trace.Input(inputs[i].Type with { DType = DType.Bool }) : null));
        }

        foreach (Equation equation in graph.Equations)
        {
            LiveOperand[] operands = values.Of(equation.Operands);
            bool isLinear = Array.Exists(operands, static operand => operand.IsLinear);
            if (isLinear && (Array.Exists(operands, static operand => operand.Mask is not null)
                || equation.Primitive.Chooses(Array.ConvertAll(operands, static operand => operand.IsLinear))))
            {
                LiveResult[] results = Apply(equation.Primitive, operands);
                for (int i = 0; i < results.Length; i++)
                {
                    values.Set(equation.Results[i], new LiveOperand(results[i].Tensor, isLinear, results[i].Mask));
                }
            }
            else
            {
                Tensor[] results = trace.Keep(equation, LiveMasks.Tensors(operands), graph);
                for (int i = 0; i < results.Length; i++)
                {
                    values.Set(equation.Results[i], new LiveOperand(results[i], isLinear, null));
                }
            }
        }

        LiveOperand[] outputs = values.Of(graph.Outputs);
        Graph guarded = trace.Close([.. outputs.Select(output => output.Tensor),
            .. outputs.Where(output => output.Mask is not null).Select(output => output.Mask!)]);
        trace.RequireClosed("rules for live operands");
        return new GuardedGraph(Simplification.Of(guarded), [.. outputs.Select(output => output.Mask is not null)]);
    }

    // without a rule every result depends on everything: live if anything is
    private static LiveResult[] Opaque(Primitive primitive, LiveOperand[] operands)
    {
        Tensor[] results = primitive.Apply(LiveMasks.Tensors(operands));
        LiveOperand[] linear = [.. operands.Where(operand => operand.IsLinear)];
        if (linear.Any(operand => operand.Mask is null))
        {
            return [.. results.Select(result => new LiveResult(result, null))];
        }

        Tensor any = linear.Select(operand => operand.Mask!.Any()).Aggregate((left, right) => left | right);
        return
        [
            .. results.Select((result, i) =>
            {
                Tensor? live = i == primitive.ReportResult || !result.DType.IsFloating() ? null : any.BroadcastTo(result.Shape);
                return new LiveResult(LiveMasks.Kept(result, live), live);
            }),
        ];
    }

    private static Axes Places(bool[] flags) => new([.. Enumerable.Range(0, flags.Length).Where(i => flags[i])]);

    private readonly record struct KeptKey(int ResidualCount) : IDerivation<Graph>;

    private readonly record struct GuardedKey(Axes Linear, Axes Masked) : IDerivation<GuardedGraph>;
}
