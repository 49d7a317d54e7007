using Hyperdiff.Primitives;

namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>The matrix product over the last axis of this tensor and the last but one of the other.</summary>
    /// <param name="right">
    /// <c>[…, k, n]</c> for this tensor <c>[…, m, k]</c>; leading axes broadcast. A vector on either side is a row or a column that disappears from the result:
    /// <c>[m, k]·[k] → [m]</c>, <c>[k]·[k, n] → [n]</c>, <c>[k]·[k] → []</c>.
    /// </param>
    /// <exception cref="ShapeMismatchException">The inner sizes differ, or the leading axes do not broadcast.</exception>
    public Tensor MatMul(Tensor right)
    {
        ArgumentNullException.ThrowIfNull(right);
        if (Rank == 0 || right.Rank == 0)
        {
            throw Labelled.Mismatch($"MatMul: {Shape} · {right.Shape}: a scalar has no axis to sum over; multiply by * instead", this, right);
        }

        int inner = right.Rank == 1 ? right.Shape[0] : right.Shape[^2];
        if (Shape[^1] != inner)
        {
            throw Labelled.Mismatch($"MatMul: {Shape} · {right.Shape}: inner dimensions {Shape[^1]} and {inner} differ", this, right);
        }

        Tensor a = Rank == 1 ? Reshape([1, inner]) : this;
        Tensor b = right.Rank == 1 ? right.Reshape([inner, 1]) : right;
        if (!Shape.TryBroadcast(new Shape(a.Shape.Sizes[..^2].AsSpan()), new Shape(b.Shape.Sizes[..^2].AsSpan()), out Shape batch))
        {
            throw Labelled.Mismatch($"MatMul: {Shape} · {right.Shape}: the leading axes do not broadcast", this, right);
        }

        a = a.BroadcastTo(new Shape([.. batch.Sizes, a.Shape[^2], a.Shape[^1]]));
        b = b.BroadcastTo(new Shape([.. batch.Sizes, b.Shape[^2], b.Shape[^1]]));
        Tensor product = new MatMul().Of(a, b);
        List<int> sizes = [.. batch.Sizes];
        if (Rank > 1)
        {
            sizes.Add(a.Shape[^2]);
        }

        if (right.Rank > 1)
        {
            sizes.Add(b.Shape[^1]);
        }

        return product.Reshape(new Shape([.. sizes]));
    }

    /// <summary>The scalar product of two vectors: Σ xᵢ yᵢ.</summary>
    /// <param name="right">A vector of the same size.</param>
    /// <exception cref="ShapeMismatchException">They are not two vectors of one size.</exception>
    public Tensor Dot(Tensor right)
    {
        ArgumentNullException.ThrowIfNull(right);
        return Rank == 1 && right.Rank == 1
            ? MatMul(right)
            : throw Labelled.Mismatch($"Dot: {Shape} · {right.Shape}: takes two vectors; flatten them, or use MatMul", this, right);
    }
}
