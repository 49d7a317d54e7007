namespace Hyperdiff.Primitives;

/// <summary><c>x ≤ y</c>, element by element.</summary>
internal sealed record LessOrEqual : Comparison
{
    /// <summary>The primitive.</summary>
    public static LessOrEqual Instance { get; } = new();

    /// <inheritdoc/>
    public override bool Holds<T>(T x, T y) => x <= y;
}
