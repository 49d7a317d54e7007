namespace Hyperdiff.Graphs;

/// <summary>What backends that work on host memory have in common.</summary>
internal static class HostMemory
{
    /// <summary>Memory to write to again and again.</summary>
    public static Tensor Allocate(TensorType type) => new(type, new HostStorage(HostArray.AllocateUninitialized(type), isReused: true));

    /// <summary>The same, zeros. Pages that nobody writes to take no memory.</summary>
    public static Tensor AllocateZeros(TensorType type) => new(type, new HostStorage(HostArray.Allocate(type), isReused: true));

    /// <summary>A tensor with the same elements on the host.</summary>
    public static Tensor Place(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return Placement.OwnerOf(tensor.Storage) is null ? tensor : Tensor.FromHost(tensor.Read());
    }
}
