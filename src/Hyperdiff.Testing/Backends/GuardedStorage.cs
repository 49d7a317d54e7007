using Hyperdiff.Graphs;

namespace Hyperdiff.Testing;

/// <summary>A window on memory of a guarded backend.</summary>
internal sealed class GuardedStorage(GuardedBackend owner, GuardedMemory memory, int offset) : BackendStorage
{
    private int _released;

    /// <inheritdoc/>
    public override IBackend Owner => owner;

    /// <inheritdoc/>
    public override HostArray Read(TensorType type)
    {
        HostArray hidden = Hidden(type);
        owner.Download(type);
        HostArray copy = HostArray.Allocate(type);
        hidden.CopyTo(copy);
        return copy;
    }

    /// <inheritdoc/>
    public override BackendStorage Part(TensorType part, int start)
    {
        Hidden(part, start);
        memory.Share();
        return new GuardedStorage(owner, memory, offset + start);
    }

    /// <inheritdoc/>
    public override void Write(TensorType type, Tensor source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!memory.IsWritable)
        {
            throw new InvalidOperationException(
                $"Elements of type {type} on {owner.Name} are overwritten, and are not memory that the backend gave out for that.");
        }

        owner.Launch();
        ((GuardedStorage)source.Storage).Hidden(source.Type).CopyTo(Hidden(type));
    }

    /// <inheritdoc/>
    public override void Release()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            memory.Drop();
        }
    }

    /// <summary>The elements themselves, for kernels.</summary>
    /// <param name="type">Element type and shape.</param>
    /// <param name="from">The first element, of those of this window.</param>
    /// <exception cref="InvalidOperationException">They were released.</exception>
    public HostArray Hidden(TensorType type, int from = 0) => Volatile.Read(ref _released) == 0
        ? memory.At(type, offset + from)
        : throw new InvalidOperationException($"Elements of type {type} on {owner.Name} are used after they were released.");
}
