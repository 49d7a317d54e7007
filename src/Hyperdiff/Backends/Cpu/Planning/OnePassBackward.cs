using Hyperdiff.Backends.Cpu.MatrixProducts;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>A product Xᵀ·u, or uᵀ·X, read by rows of X: the sum over blocks of rows of X and the same rows of u.</summary>
/// <param name="Product">The product.</param>
/// <param name="Matrix">X, [n, d].</param>
/// <param name="Factor">u, stored as [n, k].</param>
/// <param name="Rows">n.</param>
/// <param name="Inner">d.</param>
/// <param name="Width">k.</param>
/// <param name="FactorFirst">Whether the result is uᵀ·X, [k, d], and not Xᵀ·u, [d, k].</param>
internal sealed record OnePassBackward(ProductUnit Product, Slot Matrix, Slot Factor, int Rows, int Inner, int Width, bool FactorFirst)
{
    /// <summary>The product read in this way for a factor; null if it cannot be.</summary>
    public static OnePassBackward? TryRead(ProductUnit product, Slot factor)
    {
        ProductShape shape = product.Shape;
        if (shape.BatchCount != 1 || product.Left == product.Right)
        {
            return null;
        }

        // a factor with one column is stored alike either way
        if (product.Right == factor && shape.LeftTransposed && (!shape.RightTransposed || shape.Columns == 1))
        {
            return new OnePassBackward(product, product.Left, factor, shape.Inner, shape.Rows, shape.Columns, false);
        }

        return product.Left == factor && !shape.RightTransposed && (shape.LeftTransposed || shape.Rows == 1)
            ? new OnePassBackward(product, product.Right, factor, shape.Inner, shape.Columns, shape.Rows, true)
            : null;
    }

    /// <summary>Whether a block of u is the left operand of the block's product, that of X the right one.</summary>
    public bool FactorIsLeft => FactorFirst && Width > 1;

    /// <summary>The shape of a block of rows.</summary>
    public ProductShape Block(int rows) =>
        (FactorIsLeft ? new ProductShape(Width, rows, Inner) : new ProductShape(Inner, rows, Width)) with { LeftTransposed = true };
}
