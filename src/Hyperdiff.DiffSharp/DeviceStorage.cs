using Hyperdiff.Graphs;

namespace Hyperdiff.DiffSharp;

/// <summary>A window on elements that DiffSharp holds.</summary>
internal sealed class DeviceStorage : BackendStorage
{
    private readonly DiffSharpBackend _owner;
    private readonly DeviceMemory _memory;
    private readonly int _offset;
    private int _released;

    public DeviceStorage(DiffSharpBackend owner, DeviceMemory memory, int offset = 0)
    {
        (_owner, _memory, _offset) = (owner, memory, offset);
        memory.Retain();
    }

    /// <inheritdoc/>
    public override IBackend Owner => _owner;

    /// <summary>The elements as a tensor of DiffSharp's.</summary>
    public Lent Raw(TensorType type) => Volatile.Read(ref _released) == 0
        ? _memory.Get(type.Shape, _offset)
        : throw new ObjectDisposedException(nameof(DeviceStorage), $"The memory of a tensor of type {type} on {_owner.Name} was given back.");

    /// <inheritdoc/>
    public override HostArray Read(TensorType type)
    {
        Lent lent = Raw(type);
        HostArray read = Storages.Read(lent.Raw, type);
        lent.Return();
        return read;
    }

    /// <inheritdoc/>
    public override BackendStorage Part(TensorType part, int offset) => new DeviceStorage(_owner, _memory, _offset + offset);

    /// <inheritdoc/>
    public override void Write(TensorType type, Tensor source)
    {
        Lent lent = DiffSharpBackend.RawOf(source);
        _memory.Set(lent.Raw, _offset);
        lent.Return();
    }

    /// <inheritdoc/>
    public override void Release()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            _memory.Release();
        }
    }
}
