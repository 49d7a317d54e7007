using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Debug = System.Diagnostics.Debug;

namespace Hyperdiff.Transforms;

/// <summary>Turns a linear graph around: from <c>ẏ = L ẋ</c> to <c>x̄ = Lᵀ ȳ</c>.</summary>
/// <remarks>
/// Equations that depend on residuals alone are recorded first, as they are. Then the linear ones, last to first: each turns the cotangents of its results into
/// cotangents of its operands, which add up where a value is used more than once.
/// </remarks>
internal static class Transposition
{
    /// <summary>The transpose of a graph <c>(ẋ, residuals) → ẏ</c>, without what would reach it from branches that were not taken; kept with the
    /// graph.</summary>
    public static TransposedGraph Of(Graph graph, int residualCount) => graph.Derive(new Key(residualCount), _ =>
    {
        TransposedGraph plain = Plain(Choices.Refuses(graph, residualCount) ? Choices.Kept(graph, residualCount) : graph, residualCount);
        return plain with { Graph = Choices.Kept(plain.Graph, residualCount) };
    });

    /// <summary>The transpose as the rules say, to be used within another linear graph.</summary>
    public static TransposedGraph Plain(Graph graph, int residualCount) =>
        graph.Derive(new PlainKey(residualCount), _ => Transpose(graph, residualCount));

    private static TransposedGraph Transpose(Graph graph, int residualCount)
    {
        using var trace = new Trace();
        var known = new Dictionary<Value, Tensor>();
        var cotangents = new Dictionary<Value, Tensor>();
        Tensor[] seeds = [.. graph.Outputs.Select(output => trace.Input(output.Type))];
        foreach (Value residual in graph.Inputs.TakeLast(residualCount))
        {
            known[residual] = trace.Input(residual.Type);
        }

        foreach (Equation equation in graph.Equations.Where(equation => equation.Operands.All(known.ContainsKey)))
        {
            Tensor[] results = trace.Record(equation.Primitive, [.. equation.Operands.Select(operand => known[operand])]);
            for (int i = 0; i < results.Length; i++)
            {
                known[equation.Results[i]] = results[i];
            }
        }

        for (int i = 0; i < seeds.Length; i++)
        {
            Accumulate(graph.Outputs[i], seeds[i]);
        }

        foreach (Equation equation in graph.Equations.Reverse())
        {
            Tensor?[] results = [.. equation.Results.Select(result => cotangents.GetValueOrDefault(result))];
            if (known.ContainsKey(equation.Results[0]) || results.All(result => result is null))
            {
                continue;
            }

            Tensor?[] operands = equation.Primitive.Transpose(results,
                [.. equation.Operands.Select(value => new Operand(value.Type, known.GetValueOrDefault(value)))]);
            for (int i = 0; i < operands.Length; i++)
            {
                if (operands[i] is { } cotangent)
                {
                    Accumulate(equation.Operands[i], cotangent);
                }
            }
        }

        Value[] inputs = [.. graph.Inputs.SkipLast(residualCount)];
        ImmutableArray<bool> reached = [.. inputs.Select(cotangents.ContainsKey)];
        Graph transposed = trace.Close([.. inputs.Select(input => cotangents.GetValueOrDefault(input) ?? Tensor.Zeros(input.Type.Shape, input.Type.DType))]);
        trace.RequireClosed("transpose rules");
        return new TransposedGraph(Simplification.Of(transposed), reached);

        void Accumulate(Value value, Tensor cotangent)
        {
            Debug.Assert(!known.ContainsKey(value), "only linear values have cotangents");
            cotangents[value] = cotangents.TryGetValue(value, out Tensor? sum) ? sum + cotangent : cotangent;
        }
    }

    private readonly record struct Key(int ResidualCount) : IDerivation<TransposedGraph>;

    private readonly record struct PlainKey(int ResidualCount) : IDerivation<TransposedGraph>;
}
