using System.Numerics;

namespace Hyperdiff.Decompositions;

/// <summary>Rotates at once.</summary>
/// <param name="rows">The matrix, row-major.</param>
/// <param name="length">The length of its rows.</param>
internal sealed class RowRotations<T>(T[] rows, int length) : IRowRotations
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public void Begin(int low, int high)
    {
    }

    /// <inheritdoc/>
    public void Rotate(int k, double c, double s) => PlaneRotation.Apply<T>(
        rows.AsSpan(k * length, length), rows.AsSpan((k + 1) * length, length), T.CreateChecked(c), T.CreateChecked(s));
}
