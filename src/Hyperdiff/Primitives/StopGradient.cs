namespace Hyperdiff.Primitives;

/// <summary><c>y = x</c>, with a tangent that is structurally zero by decree.</summary>
public sealed record StopGradient : Unary
{
    /// <summary>The primitive.</summary>
    public static StopGradient Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => x;

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => Tensor.ZerosLike(x);

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => null;
}
