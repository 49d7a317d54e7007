namespace Hyperdiff.Primitives;

/// <summary><c>y = cos x</c>, <c>y′ = −sin x</c>.</summary>
internal sealed record Cos : Unary
{
    /// <summary>The primitive.</summary>
    public static Cos Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Cos(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => -x.Sin();
}
