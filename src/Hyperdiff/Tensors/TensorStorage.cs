namespace Hyperdiff;

/// <summary>What stands behind a tensor: elements owned by a backend, a repeated scalar, or a value of a graph under construction.</summary>
public abstract class TensorStorage
{
    /// <summary>Whether there are elements, rather than a value of a graph that is under construction.</summary>
    internal virtual bool HasElements => true;

    /// <summary>What the tensor is called in messages: a leaf or an argument; null for what has no name.</summary>
    internal virtual string? Name => null;

    /// <summary>The elements in host memory, copied there if they live elsewhere. Callers must not write to them.</summary>
    /// <exception cref="InvalidOperationException">The tensor is traced where no value exists: inside a loop body or a batched function.</exception>
    public abstract HostArray Read(TensorType type);

    /// <inheritdoc/>
    public override string ToString() => Name ?? (HasElements ? "elements in memory" : "a value of a graph");
}
