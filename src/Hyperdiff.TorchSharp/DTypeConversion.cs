using TorchSharp;

namespace Hyperdiff.TorchSharp;

/// <summary>Element types here and there: float32, float64, int32 and bool are the same, and the others of libtorch have no place here.</summary>
internal static class DTypeConversion
{
    public static torch.ScalarType ToTorch(this DType dtype) => dtype switch
    {
        DType.Float32 => torch.ScalarType.Float32,
        DType.Float64 => torch.ScalarType.Float64,
        DType.Int32 => torch.ScalarType.Int32,
        _ => torch.ScalarType.Bool,
    };

    /// <exception cref="DTypeMismatchException">There is none.</exception>
    public static DType ToHyperdiff(this torch.ScalarType type) => type switch
    {
        torch.ScalarType.Float32 => DType.Float32,
        torch.ScalarType.Float64 => DType.Float64,
        torch.ScalarType.Int32 => DType.Int32,
        torch.ScalarType.Bool => DType.Bool,
        _ => throw new DTypeMismatchException(
            $"A torch.Tensor of {type} has no place in Hyperdiff, which computes with Float32, Float64, Int32 and Bool; convert it first: {Remedy(type)}."),
    };

    private static string Remedy(torch.ScalarType type) => type switch
    {
        torch.ScalarType.Int64 or torch.ScalarType.Int16 or torch.ScalarType.Int8 or torch.ScalarType.Byte => "tensor.to(torch.int32)",
        torch.ScalarType.ComplexFloat32 or torch.ScalarType.ComplexFloat64 => "tensor.real and tensor.imag",
        _ => "tensor.to(torch.float32)",
    };
}
