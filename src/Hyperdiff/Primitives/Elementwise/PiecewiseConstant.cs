using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>A function of one element whose derivative is 0 wherever it has one; at the jumps it is taken as 0 too. Its tangent is structurally zero.</summary>
internal abstract record PiecewiseConstant : Unary
{
    /// <inheritdoc/>
    public sealed override Tensor Derivative(Tensor x, Tensor y) => Tensor.ZerosLike(x);

    /// <inheritdoc/>
    public sealed override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => null;
}

/// <summary><c>y = 1</c> for positive x, <c>−1</c> for negative x, and x itself where it is 0, −0 or NaN.</summary>
internal sealed record Sign : PiecewiseConstant
{
    /// <summary>The primitive.</summary>
    public static Sign Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => x > T.Zero ? T.One : x < T.Zero ? -T.One : x;

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) => [KinkMask.Jump(Name, operands[0].Equal(0))];
}

/// <summary>The next whole number towards −∞.</summary>
internal sealed record Floor : PiecewiseConstant
{
    /// <summary>The primitive.</summary>
    public static Floor Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Floor(x);

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) => [KinkMask.Jump(Name, operands[0].Equal(results[0]))];
}

/// <summary>The next whole number towards +∞.</summary>
internal sealed record Ceiling : PiecewiseConstant
{
    /// <summary>The primitive.</summary>
    public static Ceiling Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Ceiling(x);

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) => [KinkMask.Jump(Name, operands[0].Equal(results[0]))];
}

/// <summary>The nearest whole number; halves go to the even neighbor.</summary>
internal sealed record Round : PiecewiseConstant
{
    /// <summary>The primitive.</summary>
    public static Round Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Round(x, MidpointRounding.ToEven);

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) =>
        [KinkMask.Jump(Name, (operands[0] - results[0]).Abs().Equal(0.5))];
}

/// <summary>The next whole number towards 0.</summary>
internal sealed record Truncate : PiecewiseConstant
{
    /// <summary>The primitive.</summary>
    public static Truncate Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Truncate(x);

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) =>
        [KinkMask.Jump(Name, operands[0].Equal(results[0]) & operands[0].NotEqual(0))];
}
