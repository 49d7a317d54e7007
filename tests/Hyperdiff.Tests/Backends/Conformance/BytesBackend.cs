using System.Runtime.InteropServices;
using Hyperdiff.Graphs;

namespace Hyperdiff.Tests.Backends.Conformance;

/// <summary>The backend of docs/backends.md: memory that stands in for a device's, and kernels for a few functions.</summary>
public class BytesBackend : DeviceBackend
{
    public override string Name => "bytes";

    public override Tensor Allocate(TensorType type) => new(type, new BytesStorage(this, new byte[type.Bytes]));

    protected override Tensor Upload(HostArray elements)
    {
        Tensor memory = Allocate(elements.Type);
        BytesStorage.Of(elements).CopyTo(BytesStorage.Of(memory));
        return memory;
    }

    protected override Tensor Repeat(TensorType type, double scalar) => Upload(Tensor.Full(type.Shape, scalar, type.DType).Read());

    protected override bool Runs(Primitive primitive, ReadOnlySpan<TensorType> operands) =>
        primitive.Name is "Add" or "Multiply" or "Exp" && operands[0].DType == DType.Float64;

    protected override Tensor[] Run(Primitive primitive, ReadOnlySpan<Tensor> operands)
    {
        Tensor result = Allocate(operands[0].Type);
        Span<double> x = Numbers(operands[0]), y = Numbers(operands[^1]), z = Numbers(result);
        for (int i = 0; i < z.Length; i++)
        {
            z[i] = primitive.Name switch
            {
                "Add" => x[i] + y[i],
                "Multiply" => x[i] * y[i],
                _ => Math.Exp(x[i]),
            };
        }

        return [result];
    }

    private static Span<double> Numbers(Tensor tensor) => MemoryMarshal.Cast<byte, double>(BytesStorage.Of(tensor));
}

/// <summary>A window on the bytes of one tensor.</summary>
public sealed class BytesStorage(BytesBackend owner, Memory<byte> bytes) : BackendStorage
{
    public override IBackend Owner => owner;

    public override HostArray Read(TensorType type)
    {
        HostArray copy = HostArray.Allocate(type);
        bytes.Span[..(int)type.Bytes].CopyTo(Of(copy));
        return copy;
    }

    public override BackendStorage Part(TensorType part, int offset) =>
        new BytesStorage(owner, bytes.Slice(offset * (int)new TensorType(part.DType, []).Bytes, (int)part.Bytes));

    public override void Write(TensorType type, Tensor source) => Of(source).CopyTo(bytes.Span);

    public static Span<byte> Of(Tensor tensor) => ((BytesStorage)tensor.Storage).Span;

    public static Span<byte> Of(HostArray elements) => elements.Type.DType switch
    {
        DType.Float64 => MemoryMarshal.AsBytes(elements.AsSpan<double>()),
        DType.Float32 => MemoryMarshal.AsBytes(elements.AsSpan<float>()),
        DType.Int32 => MemoryMarshal.AsBytes(elements.AsSpan<int>()),
        _ => MemoryMarshal.AsBytes(elements.AsSpan<bool>()),
    };

    private Span<byte> Span => bytes.Span;
}
