using System.Numerics;
using System.Numerics.Tensors;
using Hyperdiff.Backends.Cpu.MatrixProducts;

namespace Hyperdiff.Backends.Cpu.Lapack;

/// <summary>The reflections <c>H = I − β v vᵀ</c> that take a matrix apart, applied a few together: <c>H₀ H₁ … = I − V T Vᵀ</c>, matrix products.</summary>
/// <remarks>Source: Schreiber and Van Loan (1989), "A storage-efficient WY representation for products of Householder transformations", doi:10.1137/0910005,
/// §2. The k-th vector lies in row k of a matrix and begins at element k, or some after it; what is reflected are the rows of a matrix.</remarks>
internal sealed class Reflections<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>How many are applied together.</summary>
    public const int Block = 32;

    private readonly MatrixProduct _product;
    private readonly int _length;
    private readonly int _shift;
    private readonly T[] _rows;
    private readonly T[] _factors;

    // of one block: Vᵀ, (W V), (W V) T
    private readonly T[] _vectors;
    private readonly T[] _along;
    private readonly T[] _turned;

    /// <summary>Those whose vectors stand in a matrix.</summary>
    /// <param name="product">What multiplies.</param>
    /// <param name="rows">The matrix.</param>
    /// <param name="size">How many reflections there are at the most, and the length of rows.</param>
    /// <param name="shift">How many elements after the diagonal vectors begin.</param>
    public Reflections(MatrixProduct product, T[] rows, (int Count, int Length) size, int shift)
    {
        (_product, _rows, _length, _shift) = (product, rows, size.Length, shift);
        (Betas, _factors) = (new T[size.Count], new T[Block * size.Count]);
        (_vectors, _along, _turned) = (new T[Block * size.Length], new T[Block * size.Count], new T[Block * size.Count]);
    }

    /// <summary>β of each; 0 for none.</summary>
    public T[] Betas { get; }

    /// <summary>The elements of v that are not 0.</summary>
    public Span<T> Vector(int k) => _rows.AsSpan((k * _length) + k + _shift, _length - k - _shift);

    /// <summary>Computes −T of a block, after its vectors: column p of T is <c>β_p e_p − β_p T (V_{&lt;p}ᵀ v_p)</c>.</summary>
    /// <param name="start">The first reflection of the block, a multiple of its size.</param>
    public void Prepare(int start)
    {
        int width = Math.Max(Width(start), 0), length = _length - start - _shift;
        Span<T> factor = _factors.AsSpan(start * Block, width * width), products = _turned.AsSpan(0, width * width), column = stackalloc T[Block];
        if (width == 0)
        {
            return;
        }

        Span<T> vectors = FillVectors(start);
        _product.Multiply<T>(new ProductShape(width, length, width) { RightTransposed = true }, vectors, vectors, products);
        for (int p = 0; p < width; p++)
        {
            T beta = Betas[start + p];
            for (int j = 0; j < p; j++)
            {
                column[j] = products[(j * width) + p];
            }

            for (int i = 0; i < p; i++)
            {
                factor[(i * width) + p] = -beta * TensorPrimitives.Dot<T>(factor[((i * width) + i)..((i * width) + p)], column[i..p]);
            }

            factor[(p * width) + p] = -beta;
        }
    }

    /// <summary>W ← W − (W V) T Vᵀ, or with Tᵀ, for rows of a matrix.</summary>
    /// <param name="start">The first reflection of the block.</param>
    /// <param name="matrix">The matrix, with rows of the length of the vectors.</param>
    /// <param name="rows">The first row, and the one after the last.</param>
    /// <param name="transposed">Whether it is Tᵀ.</param>
    public void Apply(int start, Span<T> matrix, (int Start, int End) rows, bool transposed)
    {
        int count = rows.End - rows.Start, width = Width(start), first = start + _shift, length = _length - first;
        if (count == 0 || length <= 0)
        {
            return;
        }

        Span<T> vectors = FillVectors(start), along = _along.AsSpan(0, count * width), turned = _turned.AsSpan(0, count * width);
        Span<T> w = matrix[((rows.Start * _length) + first)..];
        ReadOnlySpan<T> factor = _factors.AsSpan(start * Block, width * width);
        _product.Multiply<T>(new ProductShape(count, length, width) { LeftStride = _length, RightTransposed = true }, w, vectors, along);
        _product.Multiply<T>(new ProductShape(count, width, width) { RightTransposed = transposed }, along, factor, turned);
        _product.Multiply<T>(new ProductShape(count, width, length) { ResultStride = _length, Accumulate = true }, turned, vectors, w);
    }

    /// <summary>Fills rows with the first columns of H₀ H₁ …, the last block first.</summary>
    /// <param name="basis">Zeros; then a column of the product in each row.</param>
    public void FillBasis(Span<T> basis)
    {
        int count = Betas.Length;
        for (int k = 0; k < count; k++)
        {
            basis[(k * _length) + k] = T.One;
        }

        for (int start = (count - 1) / Block * Block; start >= 0; start -= Block)
        {
            Apply(start, basis, (start + _shift, count), transposed: true);
        }
    }

    /// <summary>Makes each row H₀ H₁ … times what it was, the last block first.</summary>
    public void ApplyAll(Span<T> matrix)
    {
        for (int start = (Betas.Length - 1) / Block * Block; start >= 0; start -= Block)
        {
            Apply(start, matrix, (0, matrix.Length / _length), transposed: true);
        }
    }

    // Vᵀ of a block
    private Span<T> FillVectors(int start)
    {
        int width = Width(start), length = _length - start - _shift;
        Span<T> vectors = _vectors.AsSpan(0, width * length);
        vectors.Clear();
        for (int p = 0; p < width; p++)
        {
            Vector(start + p).CopyTo(vectors[((p * length) + p)..]);
        }

        return vectors;
    }

    private int Width(int start) => Math.Min(Block, Math.Min(Betas.Length, _length - _shift) - start);
}
