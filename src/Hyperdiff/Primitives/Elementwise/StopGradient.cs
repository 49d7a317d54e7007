namespace Hyperdiff.Primitives;

/// <summary><c>y = x</c>, with a tangent that is structurally zero by decree.</summary>
internal sealed record StopGradient : Unary
{
    /// <summary>The primitive.</summary>
    public static StopGradient Instance { get; } = new();

    /// <summary>The primitive, where the result does not depend on what is stopped, as it does not on the shift of a softmax: differences need not hold
    /// it.</summary>
    public static StopGradient OfInvariant { get; } = new() { IsInvariant = true };

    /// <summary>Whether the function does not depend on what is stopped.</summary>
    public bool IsInvariant { get; init; }

    /// <inheritdoc/>
    public override T Map<T>(T x) => x;

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => Tensor.ZerosLike(x);

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => null;

    /// <inheritdoc/>
    public override int StoppedCount => 1;

    /// <inheritdoc/>
    public override Tensor[] Stopped(ReadOnlySpan<Tensor> operands) => [operands[0]];

    /// <inheritdoc/>
    public override Tensor[] ApplyHeld(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> stopped) => [stopped[0]];
}
