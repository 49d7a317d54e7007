namespace Hyperdiff.Primitives;

/// <summary>True where the element is false.</summary>
internal sealed record Not : Logic
{
    /// <summary>The primitive.</summary>
    public static Not Instance { get; } = new();

    /// <inheritdoc/>
    public override int Arity => 1;

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        Span<bool> x = operands[0].AsSpan<bool>();
        Span<bool> y = result.AsSpan<bool>();
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = !x[i];
        }
    }
}
