namespace Hyperdiff.Primitives;

/// <summary><c>y = sin x</c>, <c>y′ = cos x</c>.</summary>
internal sealed record Sin : Unary
{
    /// <summary>The primitive.</summary>
    public static Sin Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Sin(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => x.Cos();
}
