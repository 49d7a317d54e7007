using Hyperdiff.Graphs;

namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>The backend whose memory the elements lie in; that of the host for host memory, and for repeated scalars, which lie nowhere.</summary>
    /// <exception cref="InvalidOperationException">The tensor is traced: the graph that it belongs to goes to a backend as a whole.</exception>
    public IBackend Backend => Storage.HasElements
        ? Placement.OwnerOf(Storage) ?? HostExecution.Backend
        : throw new InvalidOperationException(
            $"A traced tensor of type {Type} lies on no backend: what is traced runs where its operands lie. Ask a tensor outside of the function.");

    /// <summary>The same elements in memory of a backend; the tensor itself if they lie there already. What is computed from the result is computed on that
    /// backend: maps, objectives, solvers and derivatives follow their operands.</summary>
    /// <param name="backend">The backend, as <c>CpuBackend.Instance</c> for the host.</param>
    /// <remarks>Inside a traced function this is the identity: a graph goes to a backend as a whole. Host tensors and C# numbers may stand beside tensors of
    /// any one backend, and go with them; tensors of two others are refused.</remarks>
    public Tensor To(IBackend backend)
    {
        ArgumentNullException.ThrowIfNull(backend);
        return Storage.HasElements ? backend.Place(this) : this;
    }
}
