namespace Hyperdiff.Primitives;

/// <summary>The greatest element over some axes.</summary>
/// <param name="Reduced">The axes that disappear, none of size 0.</param>
internal sealed record Max(Axes Reduced) : Extremum(Reduced)
{
    /// <inheritdoc/>
    public override T Pick<T>(T x, T y) => T.Max(x, y);
}
