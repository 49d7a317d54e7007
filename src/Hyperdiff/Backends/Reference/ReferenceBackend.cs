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

    /// <inheritdoc/>
    public override string ToString() => Name;
}
