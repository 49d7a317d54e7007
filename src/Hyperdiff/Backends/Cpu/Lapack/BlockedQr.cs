using System.Numerics.Tensors;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Decompositions;

namespace Hyperdiff.Backends.Cpu.Lapack;

/// <summary>A = Q R as <see cref="HouseholderQr"/> defines it, with the reflections of a few columns applied together: <c>H₀ H₁ … = I − V T Vᵀ</c>, two matrix
/// products.</summary>
/// <remarks>Source: Schreiber and Van Loan (1989), "A storage-efficient WY representation for products of Householder transformations", doi:10.1137/0910005,
/// §2. Matrices are held by columns, that is, transposed.</remarks>
internal sealed class BlockedQr
{
    private const int Block = 32;

    private readonly MatrixProduct _product;
    private readonly (int Rows, int Columns) _size;
    private readonly double[] _work;
    private readonly double[] _betas;
    private readonly double[] _factors;

    // of one block: Vᵀ, (W V), (W V) T
    private readonly double[] _vectors;
    private readonly double[] _along;
    private readonly double[] _turned;

    private BlockedQr(MatrixProduct product, ReadOnlySpan<double> matrix, (int Rows, int Columns) size)
    {
        (_product, _size) = (product, size);
        (_work, _betas, _factors) = (new double[matrix.Length], new double[size.Columns], new double[Block * size.Columns]);
        (_vectors, _along, _turned) = (new double[Block * size.Rows], new double[Block * size.Columns], new double[Block * size.Columns]);
        HouseholderQr.Transposed(matrix, size.Rows, size.Columns, _work);
    }

    /// <summary>Factors a matrix with at least as many rows as columns.</summary>
    /// <param name="product">What multiplies.</param>
    /// <param name="matrix"><c>[m, n]</c>, row-major.</param>
    /// <param name="size">m and n.</param>
    /// <param name="q"><c>[m, n]</c>, zeros before.</param>
    /// <param name="r"><c>[n, n]</c>, zeros before.</param>
    public static void Factor(MatrixProduct product, ReadOnlySpan<double> matrix, (int Rows, int Columns) size, Span<double> q, Span<double> r)
    {
        BlockedQr qr = new(product, matrix, size);
        for (int start = 0; start < size.Columns; start += Block)
        {
            qr.Eliminate(start, r);
        }

        double[] basis = qr.Basis();
        HouseholderQr.MakePositive(size, basis, r);
        HouseholderQr.Transposed(basis, size.Columns, size.Rows, q);
    }

    private int Width(int start) => Math.Min(Block, _size.Columns - start);

    private Span<double> Vector(int k) => _work.AsSpan((k * _size.Rows) + k, _size.Rows - k);

    // reflects the columns from start on, and writes their rows of R
    private void Eliminate(int start, Span<double> r)
    {
        (int rows, int columns) = _size;
        int end = start + Width(start);
        for (int k = start; k < end; k++)
        {
            r[(k * columns) + k] = HouseholderQr.Reflector(Vector(k), out _betas[k]);
            for (int j = k + 1; j < end; j++)
            {
                HouseholderQr.Reflect(Vector(k), _betas[k], _work.AsSpan((j * rows) + k, rows - k));
            }
        }

        FillFactor(start);
        Apply(start, _work, end, transposed: false);
        for (int k = start; k < end; k++)
        {
            for (int j = k + 1; j < columns; j++)
            {
                r[(k * columns) + j] = _work[(j * rows) + k];
            }
        }
    }

    // Q = H₀ H₁ … applied to the first columns of the identity, the last block first
    private double[] Basis()
    {
        var basis = new double[_work.Length];
        for (int start = (_size.Columns - 1) / Block * Block; start >= 0; start -= Block)
        {
            for (int k = start; k < start + Width(start); k++)
            {
                basis[(k * _size.Rows) + k] = 1;
            }

            Apply(start, basis, start, transposed: true);
        }

        return basis;
    }

    // −T, upper triangular: column p of T is β_p e_p − β_p T (V_{<p}ᵀ v_p)
    private void FillFactor(int start)
    {
        int width = Width(start);
        Span<double> factor = _factors.AsSpan(start * Block, width * width), products = stackalloc double[Block];
        for (int p = 0; p < width; p++)
        {
            double beta = _betas[start + p];
            for (int j = 0; j < p; j++)
            {
                products[j] = TensorPrimitives.Dot<double>(Vector(start + j)[(p - j)..], Vector(start + p));
            }

            for (int i = 0; i < p; i++)
            {
                factor[(i * width) + p] = -beta * TensorPrimitives.Dot<double>(factor[((i * width) + i)..((i * width) + p)], products[i..p]);
            }

            factor[(p * width) + p] = -beta;
        }
    }

    // rows from first on, of a transposed matrix: W ← W − (W V) T Vᵀ, or with Tᵀ
    private void Apply(int start, double[] matrix, int first, bool transposed)
    {
        int count = _size.Columns - first, width = Width(start), length = _size.Rows - start;
        if (count == 0)
        {
            return;
        }

        Span<double> vectors = _vectors.AsSpan(0, width * length), along = _along.AsSpan(0, count * width), turned = _turned.AsSpan(0, count * width);
        vectors.Clear();
        for (int p = 0; p < width; p++)
        {
            Vector(start + p).CopyTo(vectors[((p * length) + p)..]);
        }

        Span<double> w = matrix.AsSpan((first * _size.Rows) + start);
        ReadOnlySpan<double> factor = _factors.AsSpan(start * Block, width * width);
        _product.Multiply<double>(new ProductShape(count, length, width) { LeftStride = _size.Rows, RightTransposed = true }, w, vectors, along);
        _product.Multiply<double>(new ProductShape(count, width, width) { RightTransposed = transposed }, along, factor, turned);
        _product.Multiply<double>(new ProductShape(count, width, length) { ResultStride = _size.Rows, Accumulate = true }, turned, vectors, w);
    }
}
