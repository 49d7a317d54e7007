using System.Numerics;
using System.Numerics.Tensors;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Decompositions;

namespace Hyperdiff.Backends.Cpu.Lapack;

/// <summary>Eigenvalues and eigenvectors as <see cref="SymmetricQr{T}"/> defines them: half of the reduction, and all of the vectors, by matrix
/// products.</summary>
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

    private readonly ReductionPairs<T> _pairs;
    private readonly T[] _sum;

    private BlockedEigen(MatrixProduct product, Span<T> matrix, int size)
    {
        (_product, _size, _matrix) = (product, size, new T[size * size]);
        (_diagonal, _beside) = (new double[size], new double[size]);
        (_pairs, _sum) = (new ReductionPairs<T>(product, (size, size), 2 * Block), new T[size]);
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
        if (!DivideAndConquer<T>.Solve(product, eigen._diagonal, eigen._beside, vectors))
        {
            return false;
        }

        eigen._reflections.ApplyAll(vectors);
        int[] order = [.. Enumerable.Range(0, size).OrderBy(i => eigen._diagonal[i])];
        for (int i = 0; i < size; i++)
        {
            values[i] = T.CreateChecked(eigen._diagonal[order[i]]);
            vectors.AsSpan(order[i] * size, size).CopyTo(matrix[(i * size)..]);
        }

        return true;
    }

    // a row of A, which is the column, after the other; A is what the matrix and the pairs add up to
    private void Reduce(int start)
    {
        int size = _size, end = Math.Min(start + Block, size);
        _pairs.Clear();
        for (int k = start; k < end; k++)
        {
            int rest = size - k - 1;
            Span<T> row = _matrix.AsSpan((k * size) + k, rest + 1);
            _pairs.AddRow(k, row);
            _diagonal[k] = double.CreateChecked(row[0]);
            if (rest == 0)
            {
                continue;
            }

            // A ← A − v wᵀ − w vᵀ with w = p − (β/2)(pᵀv) v and p = β A v
            Span<T> v = row[1..], w = _sum.AsSpan(0, rest);
            _beside[k] = double.CreateChecked(HouseholderQr.Reflector(v, out T beta));
            _reflections.Betas[k] = beta;
            _product.Multiply<T>(new ProductShape(rest, rest, 1) { LeftStride = size }, _matrix.AsSpan(((k + 1) * size) + k + 1), v, w);
            _pairs.AddProduct(v, w);
            TensorPrimitives.Multiply(w, -beta, w);
            TensorPrimitives.MultiplyAdd(v, -beta * TensorPrimitives.Dot<T>(w, v) / (T.One + T.One), w, w);
            _pairs.Add(v, w);
            _pairs.Add(w, v);
        }

        _reflections.Prepare(start);
        if (end < size)
        {
            _pairs.Apply(_matrix, end);
        }
    }
}
