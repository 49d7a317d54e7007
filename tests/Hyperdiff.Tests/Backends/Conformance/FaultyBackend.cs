using Hyperdiff.Backends.Reference;
using Hyperdiff.Graphs;

namespace Hyperdiff.Tests.Backends.Conformance;

/// <summary>A backend by the definitions of the primitives, with one fault.</summary>
/// <param name="execute">What it makes of a primitive, from what is right.</param>
internal sealed class FaultyBackend(Func<Primitive, Tensor[], Func<Tensor[]>, Tensor[]>? execute = null) : IBackend
{
    public string Name => "faulty";

    /// <summary>What it makes of a plan that is right.</summary>
    public Func<IExecutable, Graph, IExecutable> Planned { get; init; } = (plan, _) => plan;

    /// <summary>What it makes of a tensor that is brought to it.</summary>
    public Func<Tensor, Tensor> Placed { get; init; } = tensor => tensor;

    /// <summary>What it makes of memory of zeros.</summary>
    public Func<Tensor, Tensor> Zeros { get; init; } = tensor => tensor;

    public IExecutable Compile(Graph graph) => Planned(new Interpreter(graph, this), graph);

    public Tensor[] Execute(Primitive primitive, ReadOnlySpan<Tensor> operands)
    {
        Tensor[] taken = operands.ToArray();
        return execute is null ? primitive.Execute(this, taken) : execute(primitive, taken, () => primitive.Execute(this, taken));
    }

    public Tensor Allocate(TensorType type) => HostMemory.Allocate(type);

    public Tensor AllocateZeros(TensorType type) => Zeros(HostMemory.AllocateZeros(type));

    public Tensor Place(Tensor tensor) => Placed(HostMemory.Place(tensor));

    /// <summary>A plan of other functions than those of a right one.</summary>
    /// <param name="plan">The right one.</param>
    internal sealed class Other(IExecutable plan) : IExecutable
    {
        public Func<Tensor[], Tensor[]> Runs { get; init; } = operands => plan.Run(operands);

        public Action<Tensor[], Tensor[]> RunsInto { get; init; } = (operands, results) => plan.RunInto(operands, results);

        public long PeakBytes { get; init; } = plan.PeakBytes;

        public Tensor[] Run(ReadOnlySpan<Tensor> operands) => Runs(operands.ToArray());

        public void RunInto(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) => RunsInto(operands.ToArray(), results.ToArray());
    }
}
