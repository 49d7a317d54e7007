using Hyperdiff.Graphs;

namespace Hyperdiff.Backends.Reference;

/// <summary>Runs a graph equation by equation with the kernels that define the primitives: slow and obvious, the standard the other backends are held
/// to.</summary>
public sealed class ReferenceBackend : IBackend
{
    private ReferenceBackend()
    {
    }

    /// <summary>The backend; it has no state.</summary>
    public static ReferenceBackend Instance { get; } = new();

    /// <inheritdoc/>
    public string Name => "reference";

    /// <inheritdoc/>
    public IExecutable Compile(Graph graph) => new Interpreter(graph, this);

    /// <inheritdoc/>
    public Tensor[] Execute(Primitive primitive, ReadOnlySpan<Tensor> operands)
    {
        ArgumentNullException.ThrowIfNull(primitive);
        return primitive.Execute(this, operands);
    }

    /// <inheritdoc/>
    public Tensor Allocate(TensorType type) => HostMemory.Allocate(type);

    /// <inheritdoc/>
    public Tensor AllocateZeros(TensorType type) => HostMemory.AllocateZeros(type);

    /// <inheritdoc/>
    public Tensor Place(Tensor tensor) => HostMemory.Place(tensor);

    private sealed class Interpreter(Graph graph, IBackend backend) : IExecutable
    {
        // every value is kept until the end
        public long PeakBytes => graph.Equations.Sum(equation => equation.Results.Sum(result => result.Type.Bytes) + equation.Primitive.WorkingBytes(backend));

        public Tensor[] Run(ReadOnlySpan<Tensor> operands)
        {
            var tensors = new Dictionary<Value, Tensor>();
            for (int i = 0; i < operands.Length; i++)
            {
                tensors[graph.Inputs[i]] = operands[i];
            }

            foreach (Equation equation in graph.Equations)
            {
                Tensor[] results = equation.Primitive.Execute(backend, [.. equation.Operands.Select(operand => tensors[operand])]);
                for (int i = 0; i < results.Length; i++)
                {
                    tensors[equation.Results[i]] = results[i];
                }
            }

            return [.. graph.Outputs.Concat(graph.Reports.Select(report => report.Value)).Select(value => tensors[value])];
        }

        public void RunInto(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results)
        {
            Tensor[] computed = Run(operands);
            for (int i = 0; i < computed.Length; i++)
            {
                results[i].Overwrite(computed[i]);
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
