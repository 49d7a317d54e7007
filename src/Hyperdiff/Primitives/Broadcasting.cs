namespace Hyperdiff.Primitives;

/// <summary>Stretches operands to their common shape by explicit equations, so that every elementwise rule sees equal shapes.</summary>
internal static class Broadcasting
{
    public static (Tensor Left, Tensor Right) Align(string name, Tensor left, Tensor right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (!Shape.TryBroadcast(left.Shape, right.Shape, out Shape shape))
        {
            throw Labelled.Mismatch(
                $"{name}: shapes {left.Shape} and {right.Shape} do not broadcast: aligned at the last axis, sizes must agree or one of them be 1", left, right);
        }

        return (left.BroadcastTo(shape), right.BroadcastTo(shape));
    }
}
