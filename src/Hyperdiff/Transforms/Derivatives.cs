using Hyperdiff.Graphs;

namespace Hyperdiff.Transforms;

/// <summary>Graphs that compute a function together with its derivative in one go.</summary>
internal static class Derivatives
{
    /// <summary><c>(x, ẋ) → (y, ẏ)</c>; a structurally zero ẏ is a constant zero.</summary>
    public static Graph Forward(Graph graph, Axes active) => graph.Derive(new ForwardKey(active), _ => Record(
        Linearization.Of(graph, active),
        [.. active.Items.Select(input => graph.Inputs[input].Type)],
        (_, map, tangents) =>
        {
            Tensor?[] results = map.Apply(tangents).Tangents;
            return [.. map.Outputs, .. results.Select((result, i) => result ?? Tensor.ZerosLike(map.Outputs[i]))];
        }));

    /// <summary><c>(x, ȳ) → (y, x̄)</c>, with ȳ for every output and x̄ for the active inputs.</summary>
    public static Graph Reverse(Graph graph, Axes active) => graph.Derive(new ReverseKey(active), _ => Record(
        Linearization.Of(graph, active),
        [.. graph.Outputs.Select(output => output.Type)],
        (_, map, cotangents) => [.. map.Outputs, .. map.ApplyTransposed(cotangents).Outputs]));

    /// <summary><c>x → (y, x̄)</c> for a graph whose first output is a scalar: its gradient in the active inputs; the other outputs are auxiliary.</summary>
    public static Graph Gradient(Graph graph, Axes active) => graph.Derive(new GradientKey(active), _ => Record(
        Linearization.Of(graph, active),
        [],
        (trace, map, _) =>
        {
            // values of the trace, not concrete tensors: the transpose of a linear function has no other operands, and would be run instead of recorded
            Tensor[] seeds = [.. map.Outputs.Select((output, i) => trace.Constant(output.Shape, i == 0 ? 1 : 0, output.DType))];
            return [.. map.Outputs, .. map.ApplyTransposed(seeds).Outputs];
        }));

    private static Graph Record(LinearizedGraph linearized, ReadOnlySpan<TensorType> extra, Func<Trace, LinearMap, Tensor[], Tensor[]> body)
    {
        using var trace = new Trace(linearized.Primal);
        LinearMap map = LinearMap.Within(trace, linearized);
        var directions = new Tensor[extra.Length];
        for (int i = 0; i < directions.Length; i++)
        {
            directions[i] = trace.Input(extra[i]);
        }

        Graph derivative = trace.Close(body(trace, map, directions));
        trace.RequireClosed("derivatives");
        return Simplification.Of(derivative);
    }

    private readonly record struct ForwardKey(Axes Active) : IDerivation<Graph>;

    private readonly record struct ReverseKey(Axes Active) : IDerivation<Graph>;

    private readonly record struct GradientKey(Axes Active) : IDerivation<Graph>;
}
