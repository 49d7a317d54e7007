namespace Hyperdiff.Primitives;

/// <summary>True where both are, element by element.</summary>
internal sealed record And : Logic
{
    /// <summary>The primitive.</summary>
    public static And Instance { get; } = new();

    /// <inheritdoc/>
    public override int Arity => 2;

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        Span<bool> x = operands[0].AsSpan<bool>();
        Span<bool> y = operands[1].AsSpan<bool>();
        Span<bool> z = result.AsSpan<bool>();
        for (int i = 0; i < z.Length; i++)
        {
            z[i] = x[i] & y[i];
        }
    }
}
