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
        var pass = new Pass(trace);
        Tensor[] seeds = [.. graph.Outputs.Select(output => trace.Input(output.Type))];
        foreach (Value residual in graph.Inputs.TakeLast(residualCount))
        {
            pass.Know(residual, trace.Input(residual.Type));
        }

        foreach (Equation equation in graph.Equations)
        {
            pass.Record(equation);
        }

        for (int i = 0; i < seeds.Length; i++)
        {
            pass.Accumulate(graph.Outputs[i], seeds[i]);
        }

        foreach (Equation equation in graph.Equations.Reverse())
        {
            pass.TurnAround(equation);
        }

        Tensor?[] cotangents = [.. graph.Inputs.SkipLast(residualCount).Select(pass.Cotangent)];
        Graph transposed = trace.Close([.. cotangents.Select((cotangent, i) => cotangent ?? Zero(graph.Inputs[i].Type))]);
        trace.RequireClosed("transpose rules");
        return new TransposedGraph(Simplification.Of(transposed), [.. cotangents.Select(cotangent => cotangent is not null)]);

        static Tensor Zero(TensorType type) => Tensor.Zeros(type.Shape, type.DType);
    }

    private sealed class Pass(Trace trace)
    {
        private readonly Dictionary<Value, Tensor> _known = [];
        private readonly Dictionary<Value, Tensor> _cotangents = [];

        public Tensor? Cotangent(Value value) => _cotangents.GetValueOrDefault(value);

        public void Know(Value value, Tensor tensor) => _known[value] = tensor;

        /// <summary>Records an equation as it is, if it depends on residuals alone.</summary>
        public void Record(Equation equation)
        {
            if (equation.Operands.All(_known.ContainsKey))
            {
                Tensor[] results = trace.Record(equation.Primitive, [.. equation.Operands.Select(operand => _known[operand])]);
                for (int i = 0; i < results.Length; i++)
                {
                    Know(equation.Results[i], results[i]);
                }
            }
        }

        /// <summary>Turns the cotangents of a linear equation's results into cotangents of its operands.</summary>
        public void TurnAround(Equation equation)
        {
            Tensor?[] results = [.. equation.Results.Select(Cotangent)];
            if (_known.ContainsKey(equation.Results[0]) || results.All(result => result is null))
            {
                return;
            }

            Tensor?[] operands = equation.Primitive.Transpose(
                results, [.. equation.Operands.Select(value => new Operand(value.Type, _known.GetValueOrDefault(value)))]);
            for (int i = 0; i < operands.Length; i++)
            {
                if (operands[i] is { } cotangent)
                {
                    Accumulate(equation.Operands[i], cotangent);
                }
            }
        }

        public void Accumulate(Value value, Tensor cotangent)
        {
            Debug.Assert(!_known.ContainsKey(value), "only linear values have cotangents");
            _cotangents[value] = Cotangent(value) is { } sum ? sum + cotangent : cotangent;
        }
    }

    private readonly record struct Key(int ResidualCount) : IDerivation<TransposedGraph>;

    private readonly record struct PlainKey(int ResidualCount) : IDerivation<TransposedGraph>;
}
