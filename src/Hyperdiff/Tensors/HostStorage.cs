namespace Hyperdiff;

/// <summary>Elements in host memory.</summary>
internal sealed class HostStorage : TensorStorage
{
    private readonly Array _data;
    private readonly int _offset;

    /// <summary>Takes over a window; nobody writes to it afterwards.</summary>
    public HostStorage(HostArray array) => (_data, _offset) = (array.Data, array.Offset);

    /// <inheritdoc/>
    public override HostArray Read(TensorType type) => new(type, _data, _offset);
}
