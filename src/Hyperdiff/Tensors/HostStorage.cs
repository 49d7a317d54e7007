namespace Hyperdiff;

/// <summary>Elements in host memory.</summary>
/// <param name="array">The window; taken over.</param>
/// <param name="isReused">Whether it is memory that is written to again and again; otherwise nobody writes to it any more.</param>
internal class HostStorage(HostArray array, bool isReused = false) : TensorStorage
{
    private readonly Array _data = array.Data;
    private readonly int _offset = array.Offset;

    /// <summary>Whether the elements may be others later, so that no copy of them may be kept in their stead.</summary>
    public bool IsReused { get; } = isReused;

    /// <inheritdoc/>
    public override HostArray Read(TensorType type) => new(type, _data, _offset);

    /// <inheritdoc/>
    internal override TensorStorage PartOf(TensorType whole, TensorType part, int offset) =>
        new HostStorage(new HostArray(part, _data, _offset + offset), IsReused);

    /// <inheritdoc/>
    internal override void Overwrite(TensorType type, Tensor source)
    {
        if (source.Storage is UniformStorage uniform)
        {
            UniformStorage.Fill(Read(type), uniform.Value);
        }
        else
        {
            source.Read().CopyTo(Read(type));
        }
    }
}
