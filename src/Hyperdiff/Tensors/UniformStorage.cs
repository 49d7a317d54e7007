namespace Hyperdiff;

/// <summary>One scalar that stands for every element: <c>Zeros</c>, <c>Ones</c>, literals. Costs no memory until it is read.</summary>
/// <remarks>In a graph it becomes a constant, so that literals can be folded and fused. Integers and truth values (0 and 1) are held exactly.</remarks>
internal sealed class UniformStorage(double value) : TensorStorage
{
    private Array? _data;

    /// <summary>The repeated scalar.</summary>
    public double Value { get; } = value;

    /// <inheritdoc/>
    public override HostArray Read(TensorType type)
    {
        if (_data is { } ready)
        {
            return new HostArray(type, ready);
        }

        HostArray array = HostArray.Allocate(type);
        Fill(array, Value);
        _data = array.Data;
        return array;
    }

    /// <inheritdoc/>
    internal override TensorStorage PartOf(TensorType whole, TensorType part, int offset) => new UniformStorage(Value);

    /// <summary>Writes one scalar to every element.</summary>
    public static void Fill(HostArray array, double value)
    {
        switch (array.Type.DType)
        {
            case DType.Float32:
                array.AsSpan<float>().Fill((float)value);
                break;
            case DType.Float64:
                array.AsSpan<double>().Fill(value);
                break;
            case DType.Int32:
                array.AsSpan<int>().Fill((int)value);
                break;
            default:
                array.AsSpan<bool>().Fill(value != 0);
                break;
        }
    }
}
