using Hyperdiff.Backends.Cpu.MatrixProducts;

namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>Multiplies matrices.</summary>
/// <param name="product">What multiplies.</param>
/// <param name="shape">The sizes.</param>
/// <param name="left">The slot of A.</param>
/// <param name="right">The slot of B.</param>
/// <param name="result">The slot of C.</param>
/// <param name="mayKeep">Whether B is an input, of which something is worth keeping from call to call.</param>
internal sealed class ProductStep<T>(MatrixProduct product, ProductShape shape, int left, int right, int result, bool mayKeep) : Step
    where T : unmanaged
{
    /// <inheritdoc/>
    public override void Run(Frame frame) => product.Multiply<T>(
        shape, frame.Values[left].AsSpan<T>(), frame.Values[right].AsSpan<T>(), frame.Values[result].AsSpan<T>(),
        mayKeep ? frame.Keep(right, result) : null);
}
