namespace Hyperdiff.Primitives;

/// <summary>Where along an axis the smallest element is; the first of several.</summary>
/// <param name="Axis">The axis that disappears, not of size 0.</param>
internal sealed record ArgMin(int Axis) : ArgExtremum(Axis)
{
    /// <inheritdoc/>
    public override bool Beats<T>(T x, T best) => x < best;
}
