namespace Hyperdiff.Primitives;

/// <summary><c>x = y</c>, element by element.</summary>
internal sealed record Equal : Comparison
{
    /// <summary>The primitive.</summary>
    public static Equal Instance { get; } = new();

    /// <inheritdoc/>
    public override bool Holds<T>(T x, T y) => x == y;
}
