using Hyperdiff.Graphs;
using TorchSharp;

namespace Hyperdiff.TorchSharp.Kernels;

/// <summary>Constants.</summary>
internal static class SourceKernels
{
    public static IEnumerable<KeyValuePair<Type, TorchKernel>> All { get; } =
    [
        Line.All<Fill>((fill, _, type) => Repeated(type, fill.Scalar, torch.CPU)),
    ];

    /// <summary>One number, shown as a whole tensor.</summary>
    public static torch.Tensor Repeated(TensorType type, double scalar, torch.Device device)
    {
        torch.ScalarType elements = type.DType.ToTorch();
        using Scalar number = type.DType switch
        {
            DType.Bool => scalar != 0,
            DType.Int32 => (int)scalar,
            _ => scalar,
        };
        return torch.full(Array.Empty<long>(), number, elements, device).expand(type.Shape.ToTorch());
    }
}
