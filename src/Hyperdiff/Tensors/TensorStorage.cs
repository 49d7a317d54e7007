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

    /// <summary>A window on the elements, without a copy.</summary>
    /// <param name="whole">The type of what this stands behind.</param>
    /// <param name="part">Element type, and the shape of the window.</param>
    /// <param name="offset">The first of its elements, counted row-major.</param>
    internal virtual TensorStorage PartOf(TensorType whole, TensorType part, int offset)
    {
        HostArray all = Read(whole);
        return new HostStorage(new HostArray(part, all.Data, all.Offset + offset));
    }

    /// <summary>Overwrites the elements of memory that its owner gave out to be written to.</summary>
    /// <param name="type">Element type and shape of the memory.</param>
    /// <param name="source">As many elements of the same type.</param>
    internal virtual void Overwrite(TensorType type, Tensor source) =>
        throw new System.Diagnostics.UnreachableException($"{this} was given out as memory to write to.");

    /// <inheritdoc/>
    public override string ToString() => Name ?? (HasElements ? "elements in memory" : "a value of a graph");
}
