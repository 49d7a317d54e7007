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

/// <summary><c>y = tan x</c>, <c>y′ = 1 + y²</c>.</summary>
internal sealed record Tan : Unary
{
    /// <summary>The primitive.</summary>
    public static Tan Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Tan(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => 1 + y.Square();
}

/// <summary><c>y = arcsin x</c>, <c>y′ = 1/√((1 − x)(1 + x)): infinite at ±1</c>.</summary>
internal sealed record Asin : Unary
{
    /// <summary>The primitive.</summary>
    public static Asin Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Asin(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => 1 / OneMinusSquare.Instance.Of(x).Sqrt();
}

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

/// <summary><c>y = arctan x</c>, <c>y′ = 1/(1 + x²)</c>, of any size.</summary>
internal sealed record Atan : Unary
{
    /// <summary>The primitive.</summary>
    public static Atan Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Atan(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y)
    {
        Tensor root = x.Hypot(Tensor.OnesLike(x));
        return 1 / root / root;
    }
}
