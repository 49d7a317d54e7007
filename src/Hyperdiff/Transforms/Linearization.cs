using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Transforms;

/// <summary>Splits the derivative of a graph into what is computed once at a point and what is applied to every tangent.</summary>
/// <remarks>
/// First the joint graph <c>(x, ẋ) → (y, ẏ)</c> is recorded by the tangent rules. Whatever in it depends on ẋ is linear in ẋ; the rest is the primal part, and
/// those of its values that the linear part uses are the residuals. Because a graph names every value, the split is a question of reachability.
/// </remarks>
internal static class Linearization
{
    /// <summary>The linearization of a graph in some of its inputs, kinks that cancel removed first; kept with the graph.</summary>
    public static LinearizedGraph Of(Graph graph, Axes active) =>
        graph.Derive(new Key(active), _ => Split(Joint(Smoothing.Of(graph), active), graph, active));

    /// <summary>The graph <c>(x, ẋ) → (y, ẏ)</c>, with ẋ for the active inputs only, and with the outputs whose tangent is not structurally zero.</summary>
    private static (Graph Graph, ImmutableArray<int> ActiveOutputs) Joint(Graph graph, Axes active)
    {
        using var trace = new Trace(graph);
        var primals = new ValueMap<Tensor>(graph);
        var tangents = new ValueMap<Tensor?>(graph);
        foreach (Value input in graph.Inputs)
        {
            primals.Set(input, trace.Take(input));
        }

        foreach (int index in active)
        {
            Value input = graph.Inputs[index];
            tangents.Set(input, trace.Input(input.Type));
        }

        foreach (Equation equation in graph.Equations)
        {
            Tensor[] operands = primals.Of(equation.Operands);
            Tensor?[] directions = tangents.KnownOf(equation.Operands);
            (Tensor[] results, Tensor?[] derivatives) = Array.Exists(directions, direction => direction is not null)
                ? Differentiated(equation, operands, directions)
                : (trace.Keep(equation, operands, graph), new Tensor?[equation.Results.Length]);
            primals.Set(equation.Results, results);
            for (int i = 0; i < results.Length; i++)
            {
                // what is not traced depends on nothing: linear in ẋ, it is zero
                tangents.Set(equation.Results[i], derivatives[i] is { IsTraced: true } tangent ? tangent : null);
            }
        }

        ImmutableArray<int> activeOutputs =
            [.. Enumerable.Range(0, graph.Outputs.Length).Where(i => tangents.GetValueOrDefault(graph.Outputs[i]) is not null)];
        Graph joint = trace.Close([.. primals.Of(graph.Outputs), .. activeOutputs.Select(i => tangents[graph.Outputs[i]]!)]);
        trace.RequireClosed("tangent rules");
        return (Widening.Of(Simplification.Of(joint), (graph.Inputs.Length, graph.Outputs.Length)), activeOutputs);

        (Tensor[] Results, Tensor?[] Tangents) Differentiated(Equation equation, Tensor[] operands, Tensor?[] directions)
        {
            if (equation.Primitive is not Operation)
            {
                return equation.Primitive.Differentiate(operands, directions);
            }

            Tensor[] results = trace.Keep(equation, operands, graph);
            return (results, equation.Primitive.Tangent(operands, results, directions));
        }
    }

    private static LinearizedGraph Split((Graph Graph, ImmutableArray<int> ActiveOutputs) joint, Graph source, Axes active)
    {
        Graph graph = joint.Graph;
        int primalInputs = source.Inputs.Length;
        var linear = new ValueSet(graph, graph.Inputs.Skip(primalInputs));
        foreach (Equation equation in graph.Equations)
        {
            if (linear.ContainsAny(equation.Operands))
            {
                linear.Add(equation.Results);
            }
        }

        // what is linear in ẋ and does not depend on it is zero, whatever rule wrote it down
        int[] depending = [.. Enumerable.Range(0, joint.ActiveOutputs.Length).Where(i => linear.Contains(graph.Outputs[source.Outputs.Length + i]))];
        var residuals = new ResidualCollector(graph, linear);
        Graph tangent = residuals.BuildTangent(primalInputs, depending.Select(i => graph.Outputs[source.Outputs.Length + i]));

        Graph primal = Subgraph.Arranged(graph, graph.Inputs[..primalInputs], [.. graph.Outputs.AsSpan(0, source.Outputs.Length), .. residuals.Residuals])
            .Without(linear);
        return new LinearizedGraph(
            Simplification.DropUnused(primal), Simplification.Of(tangent), source.Outputs.Length, residuals.Residuals.Length, active,
            [.. depending.Select(i => joint.ActiveOutputs[i])]);
    }

    /// <summary>Copies the linear part of a joint graph, and finds what it needs of the primal part.</summary>
    private sealed class ResidualCollector
    {
        private readonly Graph _joint;
        private readonly Equation[] _linear;
        private readonly Stack<Equation> _views = [];

        public ResidualCollector(Graph joint, ValueSet linear)
        {
            _joint = joint;
            _linear = [.. joint.Equations.Where(equation => linear.ContainsAny(equation.Results))];
            var required = new ValueSet(joint, _linear.SelectMany(equation => equation.Operands).Where(operand => !linear.Contains(operand)));

            // a constant, or a stretched or reshaped residual, is not kept as memory: the linear part makes it again
            foreach (Equation equation in joint.Equations.Reverse()
                .Where(equation => equation.Primitive is Fill or BroadcastTo or Reshape && required.Remove(equation.Results[0])))
            {
                required.Add(equation.Operands);
                _views.Push(equation);
            }

            Residuals = [.. joint.Inputs.Concat(joint.Equations.SelectMany(equation => equation.Results)).Where(required.Contains)];
        }

        /// <summary>The values of the primal part that the linear part uses.</summary>
        public Value[] Residuals { get; }

        public Graph BuildTangent(int primalInputs, IEnumerable<Value> outputs)
        {
            var tangent = new GraphCopier(_joint, [.. _joint.Inputs.Skip(primalInputs), .. Residuals]);
            foreach (Equation equation in _views.Concat(_linear))
            {
                tangent.Copy(equation);
            }

            return tangent.Build([.. outputs]);
        }
    }

    private readonly record struct Key(Axes Active) : IDerivation<LinearizedGraph>;
}
