using Hyperdiff.Graphs;
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

        (a, b) = (a.Beside(b), b.Beside(a));
        (a, b) = (
            Broadcasting.Stretched(a, [.. batch.Sizes, a.Shape[^2], a.Shape[^1]], b),
            Broadcasting.Stretched(b, [.. batch.Sizes, b.Shape[^2], b.Shape[^1]], a));
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
    /// <param name="right">A vector of the same shape, [n].</param>
    /// <exception cref="ShapeMismatchException">They are not two vectors of one size.</exception>
    public Tensor Dot(Tensor right)
    {
        ArgumentNullException.ThrowIfNull(right);
        return Rank == 1 && right.Rank == 1
            ? MatMul(right)
            : throw Labelled.Mismatch($"Dot: {Shape} · {right.Shape}: takes two vectors; flatten them, or use MatMul", this, right);
    }

    /// <summary>The outer product of two vectors: <c>[n]</c> and <c>[m]</c> give <c>[n, m]</c> with elements xᵢ yⱼ.</summary>
    /// <param name="right">A vector, [m].</param>
    /// <exception cref="ShapeMismatchException">They are not two vectors.</exception>
    public Tensor Outer(Tensor right)
    {
        ArgumentNullException.ThrowIfNull(right);
        return Rank == 1 && right.Rank == 1
            ? Unsqueeze(-1) * right
            : throw Labelled.Mismatch($"Outer: {Shape} and {right.Shape}: takes two vectors; flatten them, or use Einsum", this, right);
    }

    /// <summary>A sum of products in Einstein's notation: the product of the operands, a letter per axis, summed over the letters that the result
    /// lacks.</summary>
    /// <remarks>
    /// <code>
    /// Einsum("ij,jk->ik", a, b)          the matrix product: Σⱼ aᵢⱼ bⱼₖ
    /// Einsum("bij,bjk->bik", a, b)       a batch of them
    /// Einsum("ii->i", a), Einsum("ii", a)  the diagonal, and the trace: a letter twice in an operand
    /// Einsum("...ij,...j->...i", a, x)   ... stands for leading or other axes, which broadcast
    /// </code>
    /// Without <c>-></c> the result has what <c>...</c> stands for, and then the letters that occur once, in alphabetical order. Sizes of axes with the same
    /// letter must agree: unlike in NumPy a size of 1 does not stretch, but under <c>...</c> it does. Cost: two operands at a time become a matrix product
    /// where a letter is summed over, an elementwise one otherwise; of more operands the pair with the fewest multiplications goes first.
    /// </remarks>
    /// <param name="subscripts">A term of letters a–z, A–Z and at most one <c>...</c> per operand, separated by commas; the term of the result behind
    /// <c>-></c>. Spaces do not count.</param>
    /// <param name="operands">One or more, of one floating element type and the shapes that the subscripts say.</param>
    /// <exception cref="ArgumentException">The subscripts are not well formed, or not for so many operands.</exception>
    /// <exception cref="ShapeMismatchException">The axes or sizes of the operands do not fit the subscripts.</exception>
    /// <exception cref="DTypeMismatchException">The operands have several element types, or one that is not floating.</exception>
    public static Tensor Einsum(string subscripts, params ReadOnlySpan<Tensor> operands)
    {
        ArgumentNullException.ThrowIfNull(subscripts);
        foreach (Tensor operand in operands)
        {
            ArgumentNullException.ThrowIfNull(operand, nameof(operands));
            Elementwise.RequireFloating(nameof(Einsum), operand.Type);
            if (operand.DType != operands[0].DType)
            {
                throw Labelled.DTypes(
                    $"Einsum \"{subscripts}\": element types "
                        + $"{operands[0].DType.Name()} and {operand.DType.Name()} differ; {Labelled.Conversion(operands[0].DType, operand.DType)}",
                    operands[0], operand);
            }
        }

        return EinsumContraction.Of(new EinsumSubscripts(subscripts, operands), operands);
    }
}
