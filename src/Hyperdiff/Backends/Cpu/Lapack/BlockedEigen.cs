using System.Numerics;
using System.Numerics.Tensors;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Decompositions;

namespace Hyperdiff.Backends.Cpu.Lapack;

/// <summary>Eigenvalues and eigenvectors as <see cref="SymmetricQr{T}"/> defines them: half of the reduction, and all of the vectors, by matrix products and
/// gathered rotations.</summary>
/// <remarks>Source: Dongarra, Hammarling and Sorensen (1989), "Block reduction of matrices to condensed forms for eigenvalue computations",
/// doi:10.1016/0377-0427(89)90367-1, §3: a block of columns is reduced by products with the matrix as it was before, and <c>A − V Wᵀ − W Vᵀ</c> is formed after
/// it.</remarks>
internal sealed class BlockedEigen<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Block = Reflections<T>.Block;

    private readonly MatrixProduct _product;
    private readonly int _size;
    private readonly T[] _matrix;
    private readonly double[] _diagonal;
    private readonly double[] _beside;
    private readonly Reflections<T> _reflections;

    // of one block, in turns v and −w, and the same with each pair exchanged
    private readonly T[] _pairs;
    private readonly T[] _exchanged;
    private readonly T[] _factors = new T[2 * Block];
    private readonly T[] _sum;

    private BlockedEigen(MatrixProduct product, Span<T> matrix, int size)
    {
        (_product, _size, _matrix) = (product, size, new T[size * size]);
        (_diagonal, _beside) = (new double[size], new double[size]);
        (_pairs, _exchanged, _sum) = (new T[2 * Block * size], new T[2 * Block * size], new T[size]);
        for (int top = 0; top < size; top += Block)
        {
            // the upper triangle is the lower one turned, squares of the diagonal included
            int rows = Math.Min(Block, size - top);
            for (int i = top; i < top + rows; i++)
            {
                matrix.Slice(i * size, i + 1).CopyTo(_matrix.AsSpan(i * size));
            }

            Turning.Turn<T>(_matrix.AsSpan(top * size), size, _matrix.AsSpan(top), size, (rows, top));
            for (int i = top; i < top + rows; i++)
            {
                for (int j = top; j < i; j++)
                {
                    _matrix[(j * size) + i] = _matrix[(i * size) + j];
                }
            }
        }

        _reflections = new Reflections<T>(product, _matrix, (size, size), 1);
    }

    /// <inheritdoc cref="IMatrixKernels{T}.Eigen"/>
    public static bool Of(MatrixProduct product, Span<T> matrix, Span<T> values)
    {
        int size = values.Length;
        BlockedEigen<T> eigen = new(product, matrix, size);
        for (int start = 0; start < size; start += Block)
        {
            eigen.Reduce(start);
        }

        var vectors = new T[size * size];
        eigen._reflections.FillBasis(vectors);
        var rotations = new RotationSweeps<T>(vectors, (size, size));
        if (!new TridiagonalIteration(eigen._diagonal, eigen._beside, rotations).Iterate(double.CreateChecked(Factorization.Unit<T>())))
        {
            return false;
        }

        rotations.Finish();
        int[] order = [.. Enumerable.Range(0, size).OrderBy(i => eigen._diagonal[i])];
        for (int i = 0; i < size; i++)
        {
            values[i] = T.CreateChecked(eigen._diagonal[order[i]]);
            vectors.AsSpan(order[i] * size, size).CopyTo(matrix[(i * size)..]);
        }

        return true;
    }

    private void Reduce(int start)
    {
        int size = _size, end = Math.Min(start + Block, size);
        for (int k = start; k < end; k++)
        {
            int done = 2 * (k - start), rest = size - k - 1;
            Span<T> row = _matrix.AsSpan((k * size) + k, rest + 1);

            // A − V Wᵀ − W Vᵀ in this row, which is the column
            for (int p = 0; p < done; p++)
            {
                _factors[p] = _exchanged[(p * size) + k];
            }

            AddRows(_pairs, done, k, row);
            _diagonal[k] = double.CreateChecked(row[0]);
            Span<T> v = row[1..], w = _sum.AsSpan(0, rest);
            if (rest == 0)
            {
                continue;
            }

            _beside[k] = double.CreateChecked(HouseholderQr.Reflector(v, out T beta));
            _reflections.Betas[k] = beta;
            w.Clear();
            if (beta != T.Zero)
            {
                // w = p − (β/2)(pᵀv) v with p = β (A − V Wᵀ − W Vᵀ) v
                Times(_matrix.AsSpan(((k + 1) * size) + k + 1), rest, rest, v, w);
                Times(_exchanged.AsSpan(k + 1), done, rest, v, _factors);
                AddRows(_pairs, done, k + 1, w);
                TensorPrimitives.Multiply(w, -beta, w);
                TensorPrimitives.MultiplyAdd(v, -beta * TensorPrimitives.Dot<T>(w, v) / (T.One + T.One), w, w);
            }

            Put(_pairs, _exchanged, (done * size) + k + 1, v, beta);
            Put(_exchanged, _pairs, (done * size) + k + 1, w, beta);
        }

        int width = end - start, left = size - end;
        if (left > 0)
        {
            _reflections.Prepare(start);
            ProductShape shape = new(left, 2 * width, left) { LeftTransposed = true, LeftStride = size, RightStride = size, ResultStride = size, Accumulate = true };
            _product.Multiply<T>(shape, _pairs.AsSpan(end), _exchanged.AsSpan(end), _matrix.AsSpan((end * size) + end));
        }
        else if (width > 1)
        {
            _reflections.Prepare(start);
        }
    }

    // a vector in its row of one set of pairs, and below it in the other
    private void Put(T[] pairs, T[] others, int place, ReadOnlySpan<T> vector, T beta)
    {
        Span<T> first = pairs.AsSpan(place, vector.Length), second = others.AsSpan(place + _size, vector.Length);
        if (beta == T.Zero)
        {
            first.Clear();
            second.Clear();
        }
        else
        {
            vector.CopyTo(first);
            vector.CopyTo(second);
        }
    }

    // y ← y + Σ factor row over the first rows of pairs, from a column on
    private void AddRows(T[] pairs, int count, int column, Span<T> y)
    {
        if (count > 0)
        {
            ProductShape shape = new(1, count, y.Length) { RightStride = _size, Accumulate = true };
            _product.Multiply<T>(shape, _factors.AsSpan(0, count), pairs.AsSpan(column), y);
        }
    }

    // y ← M x
    private void Times(ReadOnlySpan<T> matrix, int rows, int columns, ReadOnlySpan<T> x, Span<T> y)
    {
        if (rows > 0)
        {
            _product.Multiply(new ProductShape(rows, columns, 1) { LeftStride = _size }, matrix, x, y);
        }
    }
}
