using Hyperdiff.Backends.Cpu;
using Hyperdiff.Graphs;

namespace Hyperdiff.TorchSharp;

/// <summary>Stands in for the contract of the core until it is there.</summary>
public abstract class DeviceBackend : IBackend
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>x</summary>
    public abstract Tensor Allocate(TensorType type);

    /// <summary>x</summary>
    protected abstract Tensor Upload(HostArray elements);

    /// <summary>x</summary>
    protected abstract Tensor Repeat(TensorType type, double scalar);

    /// <summary>x</summary>
    protected abstract bool Runs(Primitive primitive, ReadOnlySpan<TensorType> operands);

    /// <summary>x</summary>
    protected abstract Tensor[] Run(Primitive primitive, ReadOnlySpan<Tensor> operands);

    /// <summary>x</summary>
    public string Describe(Graph graph) => string.Empty;

    /// <summary>x</summary>
    public Tensor Place(Tensor tensor) => tensor.Storage switch
    {
        BackendStorage storage when ReferenceEquals(storage.Owner, this) => tensor,
        UniformStorage uniform => Repeat(tensor.Type, uniform.Value),
        _ => Upload(tensor.Read()),
    };

    /// <inheritdoc/>
    public Tensor[] Execute(Primitive primitive, ReadOnlySpan<Tensor> operands)
    {
        TensorType[] types = [.. operands.ToArray().Select(operand => operand.Type)];
        if (!Runs(primitive, types))
        {
            return primitive is Operation or Decompositions.MatrixPrimitive ? OnHost(primitive, operands) : primitive.Execute(this, operands);
        }

        return Run(primitive, [.. operands.ToArray().Select(Place)]);
    }

    /// <summary>x</summary>
    protected Tensor[] OnHost(Primitive primitive, ReadOnlySpan<Tensor> operands) =>
        [.. CpuBackend.Instance.Execute(primitive, [.. operands.ToArray().Select(operand => Tensor.FromHost(operand.Read()))]).Select(Place)];

    /// <inheritdoc/>
    public IExecutable Compile(Graph graph) => new Interpreter(graph, this);

    private sealed class Interpreter(Graph graph, DeviceBackend backend) : IExecutable
    {
        public long PeakBytes => 0;

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

        public void RunInto(ReadOnlySpan<Tensor> operands, ReadOnlySpan<HostArray> results)
        {
            Tensor[] computed = Run(operands);
            for (int i = 0; i < computed.Length; i++)
            {
                computed[i].Read().CopyTo(results[i]);
            }
        }
    }
}
