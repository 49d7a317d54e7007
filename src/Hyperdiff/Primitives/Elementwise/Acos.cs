namespace Hyperdiff.Primitives;

/// <summary><c>y = arccos x</c>, <c>y′ = −1/√((1 − x)(1 + x)): infinite at ±1</c>.</summary>
internal sealed record Acos : Unary
{
    /// <summary>The primitive.</summary>
    public static Acos Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Acos(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => -1 / OneMinusSquare.Instance.Of(x).Sqrt();
}
