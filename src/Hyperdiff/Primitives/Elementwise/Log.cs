namespace Hyperdiff.Primitives;

/// <summary><c>y = ln x</c>, <c>y′ = 1/x</c>.</summary>
internal sealed record Log : Unary
{
    /// <summary>The primitive.</summary>
    public static Log Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Log(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => 1 / x;
}
