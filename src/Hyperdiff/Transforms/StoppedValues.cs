using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Transforms;

/// <summary>A function whose stopped gradients are held: what differences are taken of, so that they see what derivatives see.</summary>
/// <remarks>A derivative takes what is stopped for a constant. A difference of the function itself would vary it: here it is an input, given the value that it
/// has at the center of the difference.</remarks>
/// <param name="Values">From the inputs to what is stopped.</param>
/// <param name="Held">From the inputs and what is stopped to the outputs.</param>
internal sealed record StoppedValues(Graph Values, Graph Held)
{
    /// <summary>Whether gradients are stopped in a graph, or within its primitives, so that the outputs depend on what is stopped.</summary>
    public static bool Has(Graph graph) => graph.Equations.Any(equation => Has(equation.Primitive));

    /// <summary>The graph, apart; kept with it.</summary>
    /// <exception cref="NotSupportedException">A gradient is stopped where it cannot be held: within a solve or a loop of unknown length.</exception>
    public static StoppedValues Of(Graph graph) => graph.Derive(Key.Instance, _ =>
    {
        TensorType[] types = [.. graph.Inputs.Select(input => input.Type)];
        Graph values = Record(graph, types, operands => Walk(graph, operands, held: null).Stopped);
        TensorType[] stopped = [.. values.Outputs.Select(output => output.Type)];
        Graph held = Record(graph, [.. types, .. stopped],
            operands => Walk(graph, operands[..types.Length], new Queue<Tensor>(operands[types.Length..])).Outputs);
        return new StoppedValues(values, held);
    });

    /// <summary>What is stopped, at a point.</summary>
    public Tensor[] At(ReadOnlySpan<Tensor> operands) => Values.Call(operands).Outputs;

    private static bool Has(Primitive primitive) => primitive is StopGradient { IsInvariant: false } || primitive.Bodies.Any(Has);

    private static Graph Record(Graph graph, TensorType[] types, Func<Tensor[], Tensor[]> body)
    {
        using var trace = new Trace();
        Graph recorded = trace.Close(body([.. types.Select(type => trace.Input(type))]));
        trace.RequireClosed("held derivatives");
        return Simplification.Of(recorded);
    }

    private static (Tensor[] Outputs, Tensor[] Stopped) Walk(Graph graph, Tensor[] operands, Queue<Tensor>? held)
    {
        var values = new Dictionary<Value, Tensor>();
        var stopped = new List<Tensor>();
        for (int i = 0; i < operands.Length; i++)
        {
            values[graph.Inputs[i]] = operands[i];
        }

        foreach (Equation equation in graph.Equations)
        {
            Tensor[] taken = [.. equation.Operands.Select(operand => values[operand])];
            Tensor[] results;
            if (taken.Length == 0)
            {
                results = [Tensor.Full(equation.Results[0].Type.Shape, ((Fill)equation.Primitive).Scalar, equation.Results[0].Type.DType)];
            }
            else if (!Has(equation.Primitive))
            {
                results = equation.Primitive.Apply(taken);
            }
            else if (held is null)
            {
                stopped.AddRange(equation.Primitive.Stopped(taken));
                results = equation.Primitive.Apply(taken);
            }
            else
            {
                int count = equation.Primitive.StoppedCount;
                results = equation.Primitive.ApplyHeld(taken, [.. Enumerable.Range(0, count).Select(_ => held.Dequeue())]);
            }

            for (int i = 0; i < results.Length; i++)
            {
                values[equation.Results[i]] = results[i];
            }
        }

        return ([.. graph.Outputs.Select(output => values[output])], [.. stopped]);
    }

    private sealed record Key : IDerivation<StoppedValues>
    {
        public static Key Instance { get; } = new();
    }
}
