namespace Hyperdiff.Primitives;

/// <summary>The smallest element over some axes.</summary>
/// <param name="Reduced">The axes that disappear, none of size 0.</param>
internal sealed record Min(Axes Reduced) : Extremum(Reduced)
{
    /// <inheritdoc/>
    public override T Pick<T>(T x, T y) => T.Min(x, y);
}
