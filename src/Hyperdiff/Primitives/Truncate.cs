namespace Hyperdiff.Primitives;

/// <summary>The next whole number towards 0.</summary>
public sealed record Truncate : PiecewiseConstant
{
    /// <summary>The primitive.</summary>
    public static Truncate Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Truncate(x);
}
