namespace Hyperdiff.Graphs;

/// <summary>Elements that live in the memory of a backend other than the host's.</summary>
internal abstract class BackendStorage : TensorStorage
{
    /// <summary>The backend that owns the memory.</summary>
    public abstract IBackend Owner { get; }
}
