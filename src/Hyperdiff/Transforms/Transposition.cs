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
        using var trace = new Trace(graph);
        var pass = new Pass(trace, graph);
        Tensor[] seeds = [.. graph.Outputs.Select(output => trace.Input(output.Type))];
        foreach (Value residual in graph.Inputs.TakeLast(residualCount))
        {
            pass.Know(residual, trace.Take(residual));
        }

        foreach (Equation equation in graph.Equations)
        {
            pass.Record(equation);
        }

        for (int i = 0; i < seeds.Length; i++)
        {
            pass.Accumulate(graph.Outputs[i], seeds[i]);
        }

        for (int i = graph.Equations.Length - 1; i >= 0; i--)
        {
            pass.TurnAround(graph.Equations[i]);
        }

        Tensor?[] cotangents = [.. graph.Inputs.SkipLast(residualCount).Select(pass.Cotangent)];
        Graph transposed = trace.Close([.. cotangents.Select((cotangent, i) => cotangent ?? Tensor.ZerosOf(graph.Inputs[i].Type))]);
        trace.RequireClosed("transpose rules");
        return new TransposedGraph(Simplification.Of(transposed), [.. cotangents.Select(cotangent => cotangent is not null)]);
    }

    private sealed class Pass(Trace trace, Graph graph)
    {
        private readonly ValueMap<Tensor> _known = new(graph);
        private readonly ValueMap<Tensor> _cotangents = new(graph);
        private readonly ValueMap<PartCotangents> _parts = new(graph);

        public Tensor? Cotangent(Value value)
        {
            // whatever takes a part of it was turned around before
            if (_parts.GetValueOrDefault(value) is { } parts)
            {
                _parts.Set(value, null!);
                Accumulate(value, parts.Whole(value.Type));
            }

            return _cotangents.GetValueOrDefault(value);
        }

        public void Know(Value value, Tensor tensor) => _known.Set(value, tensor);

        /// <summary>Records an equation as it is, if it depends on residuals alone.</summary>
        public void Record(Equation equation)
        {
            Tensor?[] operands = _known.KnownOf(equation.Operands);
            if (Array.TrueForAll(operands, operand => operand is not null))
            {
                _known.Set(equation.Results, trace.Keep(equation, operands!, graph));
            }
            else if (equation.Results.Length > 1 && equation.Results.Any(IsMask) && !equation.Results.All(IsMask))
            {
                KnowMasks(equation, operands);
            }
        }

        // where results are live is known, whatever they are: what computes masks beside them, as a loop does, gives them for zeros too; what computes
        // nothing but masks of what is linear, as a comparison does, is not linear itself
        private void KnowMasks(Equation equation, Tensor?[] operands)
        {
            Tensor[] complete = [.. operands.Select((operand, i) => operand ?? Tensor.ZerosOf(equation.Operands[i].Type))];
            Tensor[] results = trace.Record(equation.Primitive, complete);
            for (int i = 0; i < results.Length; i++)
            {
                if (IsMask(equation.Results[i]))
                {
                    _known.Set(equation.Results[i], results[i]);
                }
            }
        }

        private static bool IsMask(Value value) => value.Type.DType == DType.Bool;

        /// <summary>Turns the cotangents of a linear equation's results into cotangents of its operands.</summary>
        public void TurnAround(Equation equation)
        {
            if (_known.ContainsKey(equation.Results[0]))
            {
                return;
            }

            var results = new Tensor?[equation.Results.Length];
            for (int i = 0; i < results.Length; i++)
            {
                results[i] = Cotangent(equation.Results[i]);
            }

            if (Array.TrueForAll(results, result => result is null))
            {
                return;
            }

            var operands = new Operand[equation.Operands.Length];
            for (int i = 0; i < operands.Length; i++)
            {
                operands[i] = new Operand(equation.Operands[i].Type, _known.GetValueOrDefault(equation.Operands[i]));
            }

            if (operands[0].IsLinear && KeepPart(equation, operands, results[0]))
            {
                return;
            }

            Tensor?[] cotangents = equation.Primitive.Transpose(results, operands);
            for (int i = 0; i < cotangents.Length; i++)
            {
                if (cotangents[i] is { } cotangent)
                {
                    Accumulate(equation.Operands[i], cotangent);
                }
            }
        }

        public void Accumulate(Value value, Tensor cotangent)
        {
            Debug.Assert(!_known.ContainsKey(value), "only linear values have cotangents");
            _cotangents.Set(value, _cotangents.GetValueOrDefault(value) is { } sum ? sum + cotangent : cotangent);
        }

        private bool KeepPart(Equation equation, Operand[] operands, Tensor? cotangent)
        {
            if (!PartCotangents.Keeps(equation.Primitive) || cotangent is null)
            {
                return false;
            }

            PartCotangents parts = _parts.GetValueOrDefault(equation.Operands[0]) ?? new PartCotangents();
            parts.Keep(equation.Primitive, operands, cotangent);

            _parts.Set(equation.Operands[0], parts);
            return true;
        }
    }

    private readonly record struct Key(int ResidualCount) : IDerivation<TransposedGraph>;

    private readonly record struct PlainKey(int ResidualCount) : IDerivation<TransposedGraph>;
}
