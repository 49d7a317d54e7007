using Hyperdiff.Graphs;
using TorchSharp;

namespace Hyperdiff.TorchSharp.Kernels;

/// <summary>How libtorch computes a primitive. What is made on the way is disposed of by the scope around.</summary>
/// <param name="primitive">The primitive.</param>
/// <param name="operands">All on one device, of any strides; none is written to.</param>
/// <param name="results">The types of the results.</param>
/// <returns>The results, or null where the operands are not what the primitive takes: its definition says why.</returns>
internal delegate torch.Tensor[]? TorchKernel(Primitive primitive, torch.Tensor[] operands, TensorType[] results);

/// <summary>Lines of the table: the type of a primitive and its kernel.</summary>
internal static class Line
{
    public static KeyValuePair<Type, TorchKernel> Of<T>(Func<torch.Tensor, torch.Tensor> kernel)
        where T : Operation => new(typeof(T), (_, x, _) => [kernel(x[0])]);

    public static KeyValuePair<Type, TorchKernel> Of<T>(Func<torch.Tensor, torch.Tensor, torch.Tensor> kernel)
        where T : Operation => new(typeof(T), (_, x, _) => [kernel(x[0], x[1])]);

    public static KeyValuePair<Type, TorchKernel> With<T>(Func<T, torch.Tensor, torch.Tensor?> kernel)
        where T : Operation => new(typeof(T), (primitive, x, _) => kernel((T)primitive, x[0]) is { } result ? [result] : null);

    public static KeyValuePair<Type, TorchKernel> With<T>(Func<T, torch.Tensor, torch.Tensor, torch.Tensor?> kernel)
        where T : Operation => new(typeof(T), (primitive, x, _) => kernel((T)primitive, x[0], x[1]) is { } result ? [result] : null);

    public static KeyValuePair<Type, TorchKernel> All<T>(Func<T, torch.Tensor[], TensorType, torch.Tensor?> kernel)
        where T : Operation => new(typeof(T), (primitive, x, results) => kernel((T)primitive, x, results[0]) is { } result ? [result] : null);
}
