using System.Numerics;
using System.Numerics.Tensors;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Decompositions;

namespace Hyperdiff.Backends.Cpu.Lapack;

/// <summary>A = Q R as <see cref="HouseholderQr"/> defines it, with the reflections of a few columns applied together: <c>H₀ H₁ … = I − V T Vᵀ</c>, two matrix
/// products.</summary>
/// <remarks>Source: Schreiber and Van Loan (1989), "A storage-efficient WY representation for products of Householder transformations", doi:10.1137/0910005,
/// §2. Matrices are held by columns, that is, transposed.</remarks>
/// <typeparam name="T">double or float.</typeparam>
internal sealed class BlockedQr<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Block = 32;

    private readonly MatrixProduct _product;
    private readonly (int Rows, int Columns) _size;
    private readonly T[] _work;
    private readonly T[] _betas;
    private readonly T[] _factors;

    // of one block: Vᵀ, (W V), (W V) T
    private readonly T[] _vectors;
    private readonly T[] _along;
    private readonly T[] _turned;

    private BlockedQr(MatrixProduct product, ReadOnlySpan<T> matrix, (int Rows, int Columns) size)
    {
        (_product, _size) = (product, size);
        (_work, _betas, _factors) = (new T[matrix.Length], new T[size.Columns], new T[Block * size.Columns]);
        (_vectors, _along, _turned) = (new T[Block * size.Rows], new T[Block * size.Columns], new T[Block * size.Columns]);
        Turning.Turn(matrix, size.Columns, _work, size.Rows, size);
    }

    /// <summary>Factors a matrix with at least as many rows as columns.</summary>
    /// <param name="product">What multiplies.</param>
    /// <param name="matrix"><c>[m, n]</c>, row-major.</param>
    /// <param name="size">m and n.</param>
    /// <param name="q"><c>[m, n]</c>, zeros before.</param>
    /// <param name="r"><c>[n, n]</c>, zeros before.</param>
    public static void Factor(MatrixProduct product, ReadOnlySpan<T> matrix, (int Rows, int Columns) size, Span<T> q, Span<T> r)
    {
        BlockedQr<T> qr = new(product, matrix, size);
        for (int start = 0; start < size.Columns; start += Block)
        {
            qr.Eliminate(start, r);
        }

        T[] basis = qr.Basis();
        HouseholderQr.MakePositive<T>(size, basis, r);
        Turning.Turn<T>(basis, size.Rows, q, size.Columns, (size.Columns, size.Rows));
    }

    private int Width(int start) => Math.Min(Block, _size.Columns - start);

    private Span<T> Vector(int k) => _work.AsSpan((k * _size.Rows) + k, _size.Rows - k);

    // reflects the columns from start on, and writes their rows of R
    private void Eliminate(int start, Span<T> r)
    {
        (int rows, int columns) = _size;
        int end = start + Width(start);
        for (int k = start; k < end; k++)
        {
            r[(k * columns) + k] = HouseholderQr.Reflector(Vector(k), out _betas[k]);
            for (int j = k + 1; j < end; j++)
            {
                HouseholderQr.Reflect<T>(Vector(k), _betas[k], _work.AsSpan((j * rows) + k, rows - k));
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
    private T[] Basis()
    {
        var basis = new T[_work.Length];
        for (int start = (_size.Columns - 1) / Block * Block; start >= 0; start -= Block)
        {
            for (int k = start; k < start + Width(start); k++)
            {
                basis[(k * _size.Rows) + k] = T.One;
            }

            Apply(start, basis, start, transposed: true);
        }

        return basis;
    }

    // −T, upper triangular: column p of T is β_p e_p − β_p T (V_{<p}ᵀ v_p)
    private void FillFactor(int start)
    {
        int width = Width(start);
        Span<T> factor = _factors.AsSpan(start * Block, width * width), products = stackalloc T[Block];
        for (int p = 0; p < width; p++)
        {
            T beta = _betas[start + p];
            for (int j = 0; j < p; j++)
            {
                products[j] = TensorPrimitives.Dot<T>(Vector(start + j)[(p - j)..], Vector(start + p));
            }

            for (int i = 0; i < p; i++)
            {
                factor[(i * width) + p] = -beta * TensorPrimitives.Dot<T>(factor[((i * width) + i)..((i * width) + p)], products[i..p]);
            }

            factor[(p * width) + p] = -beta;
        }
    }

    // rows from first on, of a transposed matrix: W ← W − (W V) T Vᵀ, or with Tᵀ
    private void Apply(int start, T[] matrix, int first, bool transposed)
    {
        int count = _size.Columns - first, width = Width(start), length = _size.Rows - start;
        if (count == 0)
        {
            return;
        }

        Span<T> vectors = _vectors.AsSpan(0, width * length), along = _along.AsSpan(0, count * width), turned = _turned.AsSpan(0, count * width);
        vectors.Clear();
        for (int p = 0; p < width; p++)
        {
            Vector(start + p).CopyTo(vectors[((p * length) + p)..]);
        }

        Span<T> w = matrix.AsSpan((first * _size.Rows) + start);
        ReadOnlySpan<T> factor = _factors.AsSpan(start * Block, width * width);
        _product.Multiply<T>(new ProductShape(count, length, width) { LeftStride = _size.Rows, RightTransposed = true }, w, vectors, along);
        _product.Multiply<T>(new ProductShape(count, width, width) { RightTransposed = transposed }, along, factor, turned);
        _product.Multiply<T>(new ProductShape(count, width, length) { ResultStride = _size.Rows, Accumulate = true }, turned, vectors, w);
    }
}
