using Hyperdiff.Backends.Cpu.MatrixProducts;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>A product X·w read by rows of X: a block of rows of X gives the same rows of the result.</summary>
/// <param name="Product">The product.</param>
/// <param name="Matrix">X, [n, d].</param>
/// <param name="Factor">w.</param>
/// <param name="Rows">n.</param>
/// <param name="Inner">d.</param>
/// <param name="Width">The columns k of the result [n, k].</param>
/// <param name="FactorTransposed">Whether w is stored as [k, d].</param>
internal sealed record OnePassForward(ProductUnit Product, Slot Matrix, Slot Factor, int Rows, int Inner, int Width, bool FactorTransposed)
{
    /// <summary>The product read in this way; null if it cannot be.</summary>
    public static OnePassForward? TryRead(ProductUnit product) => product.Shape switch
    {
        { BatchCount: 1, LeftTransposed: false, Rows: > 1 } shape =>
            new OnePassForward(product, product.Left, product.Right, shape.Rows, shape.Inner, shape.Columns, shape.RightTransposed),

        // wᵀ·Xᵀ with one row is X·w, element by element
        { BatchCount: 1, Rows: 1, RightTransposed: true } shape =>
            new OnePassForward(product, product.Right, product.Left, shape.Columns, shape.Inner, 1, false),
        _ => null,
    };

    /// <summary>The shape of a block of rows.</summary>
    public ProductShape Block(int rows) => new(rows, Inner, Width) { RightTransposed = FactorTransposed && Width > 1 };
}
