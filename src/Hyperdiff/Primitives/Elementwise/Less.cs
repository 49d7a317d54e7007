namespace Hyperdiff.Primitives;

/// <summary><c>x &lt; y</c>, element by element.</summary>
internal sealed record Less : Comparison
{
    /// <summary>The primitive.</summary>
    public static Less Instance { get; } = new();

    /// <inheritdoc/>
    public override bool Holds<T>(T x, T y) => x < y;
}
