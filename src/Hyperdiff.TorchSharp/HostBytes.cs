using System.Runtime.InteropServices;
using TorchSharp;

namespace Hyperdiff.TorchSharp;

/// <summary>Memory of the host as bytes, and sizes as libtorch counts them.</summary>
internal static class HostBytes
{
    public static Span<byte> Of(HostArray array) => array.Type.DType switch
    {
        DType.Float32 => MemoryMarshal.AsBytes(array.AsSpan<float>()),
        DType.Float64 => MemoryMarshal.AsBytes(array.AsSpan<double>()),
        DType.Int32 => MemoryMarshal.AsBytes(array.AsSpan<int>()),
        _ => MemoryMarshal.AsBytes(array.AsSpan<bool>()),
    };

    public static long[] ToTorch(this Shape shape)
    {
        var sizes = new long[shape.Rank];
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            sizes[axis] = shape[axis];
        }

        return sizes;
    }

    public static Shape ToShape(this torch.Tensor tensor)
    {
        long[] sizes = tensor.shape;
        var shape = new int[sizes.Length];
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            shape[axis] = sizes[axis] <= int.MaxValue
                ? (int)sizes[axis]
                : throw new ShapeMismatchException($"A torch.Tensor with {sizes[axis]} elements along axis {axis} is larger than 2^31-1; split it.");
        }

        return new Shape(shape);
    }
}
