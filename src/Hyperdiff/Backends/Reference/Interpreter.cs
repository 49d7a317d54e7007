using Hyperdiff.Graphs;

namespace Hyperdiff.Backends.Reference;

/// <summary>A graph equation by equation: every value is a tensor, kept until the end.</summary>
/// <param name="graph">The graph.</param>
/// <param name="backend">Executes its primitives.</param>
internal sealed class Interpreter(Graph graph, IBackend backend) : IExecutable
{
    /// <inheritdoc/>
    public long PeakBytes => graph.Equations.Sum(equation => equation.Results.Sum(result => result.Type.Bytes) + equation.Primitive.WorkingBytes(backend));

    /// <inheritdoc/>
    public Tensor[] Run(ReadOnlySpan<Tensor> operands)
    {
        var tensors = new Dictionary<Value, Tensor>();
        for (int i = 0; i < operands.Length; i++)
        {
            tensors[graph.Inputs[i]] = operands[i];
        }

        foreach (Equation equation in graph.Equations)
        {
            Tensor[] results = backend.Execute(equation.Primitive, [.. equation.Operands.Select(operand => tensors[operand])]);
            for (int i = 0; i < results.Length; i++)
            {
                tensors[equation.Results[i]] = results[i];
            }
        }

        return [.. graph.Outputs.Concat(graph.Reports.Select(report => report.Value)).Select(value => tensors[value])];
    }

    /// <inheritdoc/>
    public void RunInto(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results)
    {
        Tensor[] computed = Run(operands);
        for (int i = 0; i < computed.Length; i++)
        {
            results[i].Overwrite(computed[i]);
        }
    }
}
