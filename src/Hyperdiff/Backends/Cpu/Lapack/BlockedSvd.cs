using System.Numerics;
using System.Numerics.Tensors;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Decompositions;

namespace Hyperdiff.Backends.Cpu.Lapack;

/// <summary>Singular values and vectors as <see cref="BidiagonalQr{T}"/> defines them: half of the reduction, and all of the vectors, by matrix products and
/// gathered rotations.</summary>
internal sealed class BlockedSvd<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Block = Reflections<T>.Block;

    // a matrix with at least as many rows (length) as columns (count), held by columns
    private readonly MatrixProduct _product;
    private readonly int _length;
    private readonly int _count;
    private readonly T[] _columns;
    private readonly double[] _diagonal;
    private readonly double[] _above;
    private readonly Reflections<T> _left;
    private readonly Reflections<T> _right;
    private readonly ReductionPairs<T> _pairs;
    private readonly T[] _sum;

    private T[] LongVectors { get; }

    private T[] ShortVectors { get; }

    private BlockedSvd(MatrixProduct product, T[] columns, (int Count, int Length) size)
    {
        (_product, _columns, _count, _length) = (product, columns, size.Count, size.Length);
        (_diagonal, _above, _sum) = (new double[size.Count], new double[size.Count], new T[size.Length]);
        _left = new Reflections<T>(product, columns, size, 0);
        _right = new Reflections<T>(product, new T[size.Count * size.Count], (size.Count, size.Count), 1);
        (LongVectors, ShortVectors) = (new T[size.Count * size.Length], new T[size.Count * size.Count]);
        _pairs = new ReductionPairs<T>(product, size, 2 * Block);
    }

    /// <summary>Reduces a matrix, and iterates; null if that does not converge.</summary>
    /// <param name="product">What multiplies.</param>
    /// <param name="matrix"><c>[m, n]</c>.</param>
    /// <param name="size">m and n.</param>
    public static BlockedSvd<T>? Of(MatrixProduct product, ReadOnlySpan<T> matrix, (int Rows, int Columns) size)
    {
        // of a wide matrix the transpose is taken, whose columns are its rows
        T[] work = matrix.ToArray();
        (int count, int length) = (Math.Min(size.Rows, size.Columns), Math.Max(size.Rows, size.Columns));
        if (size.Rows >= size.Columns)
        {
            Turning.Turn(matrix, size.Columns, work, size.Rows, size);
        }

        BlockedSvd<T> svd = new(product, work, (count, length));
        for (int start = 0; start < count; start += Block)
        {
            svd.Reduce(start);
        }

        svd._left.FillBasis(svd.LongVectors);
        svd._right.FillBasis(svd.ShortVectors);
        RotationSweeps<T> left = new(product.Pool, svd.LongVectors, (count, length)), right = new(product.Pool, svd.ShortVectors, (count, count));
        if (!new BidiagonalIteration((svd._diagonal, svd._above), left, right).Iterate(double.CreateChecked(Factorization.Unit<T>())))
        {
            return null;
        }

        left.Finish();
        right.Finish();
        return svd;
    }

    /// <summary>Writes U, σ and Vᵀ in the order of σ.</summary>
    public void Write(Span<T> u, Span<T> values, Span<T> vt)
    {
        bool tall = u.Length / _count == _length;
        int[] order = [.. Enumerable.Range(0, _count).OrderByDescending(i => Math.Abs(_diagonal[i]))];
        T[] turned = new T[u.Length];
        Span<T> longer = tall ? turned : vt, shorter = tall ? vt : turned;
        for (int i = 0; i < _count; i++)
        {
            values[i] = T.CreateChecked(Math.Abs(_diagonal[order[i]]));
            Span<T> vector = shorter.Slice(i * _count, _count);
            LongVectors.AsSpan(order[i] * _length, _length).CopyTo(longer[(i * _length)..]);
            ShortVectors.AsSpan(order[i] * _count, _count).CopyTo(vector);
            if (_diagonal[order[i]] < 0)
            {
                TensorPrimitives.Negate<T>(vector, vector);
            }
        }

        int rows = u.Length / _count;
        Turning.Turn<T>(turned, rows, u, _count, (_count, rows));
    }

    // a column of A, and then a row, after the other; A is what the matrix and the pairs add up to
    private void Reduce(int start)
    {
        int end = Math.Min(start + Block, _count);
        _pairs.Clear();
        for (int k = start; k < end; k++)
        {
            int rest = _count - k - 1;
            Span<T> v = _left.Vector(k), u = _right.Vector(k), y = _sum.AsSpan(0, rest), x = _sum.AsSpan(0, _length - k - 1);
            _pairs.AddRow(k, v);
            _diagonal[k] = double.CreateChecked(HouseholderQr.Reflector(v, out T beta));
            _left.Betas[k] = beta;
            if (rest == 0)
            {
                continue;
            }

            // A ← A − v yᵀ with y = β Aᵀ v
            Span<T> below = _columns.AsSpan(((k + 1) * _length) + k);
            _product.Multiply<T>(new ProductShape(rest, v.Length, 1) { LeftStride = _length }, below, v, y);
            _pairs.AddProduct(v, y);
            TensorPrimitives.Multiply(y, -beta, y);
            for (int j = 0; j < rest; j++)
            {
                u[j] = below[j * _length];
            }

            _pairs.Add(y, v);
            _pairs.AddColumn(k, u);
            _above[k] = double.CreateChecked(HouseholderQr.Reflector(u, out beta));
            _right.Betas[k] = beta;

            // A ← A − x uᵀ with x = β A u
            if (x.IsEmpty)
            {
                continue;
            }

            _product.Multiply<T>(new ProductShape(1, rest, x.Length) { RightStride = _length }, u, below[1..], x);
            _pairs.AddTransposedProduct(u, x);
            TensorPrimitives.Multiply(x, -beta, x);
            _pairs.Add(u, x);
        }

        _left.Prepare(start);
        _right.Prepare(start);
        if (end < _count)
        {
            _pairs.Apply(_columns, end);
        }
    }
}
