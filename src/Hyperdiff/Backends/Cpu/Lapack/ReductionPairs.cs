using System.Numerics;
using Hyperdiff.Backends.Cpu.MatrixProducts;

namespace Hyperdiff.Backends.Cpu.Lapack;

/// <summary>What a block of reflections, from the left and from the right, changes of a matrix: <c>A + LᵀR</c>, formed where it is needed and, after the block,
/// as one product.</summary>
/// <remarks>Source: Dongarra, Hammarling and Sorensen (1989), "Block reduction of matrices to condensed forms for eigenvalue computations",
/// doi:10.1016/0377-0427(89)90367-1, §3 and §5.</remarks>
internal sealed class ReductionPairs<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly MatrixProduct _product;
    private readonly (int Rows, int Columns) _size;
    private readonly T[] _left;
    private readonly T[] _right;
    private readonly T[] _factors;

    /// <summary>None.</summary>
    /// <param name="product">What multiplies.</param>
    /// <param name="size">Rows and columns of A.</param>
    /// <param name="most">How many rows L and R have at the most.</param>
    public ReductionPairs(MatrixProduct product, (int Rows, int Columns) size, int most)
    {
        (_product, _size) = (product, size);
        (_left, _right, _factors) = (new T[most * size.Rows], new T[most * size.Columns], new T[most]);
    }

    /// <summary>How many rows L and R have.</summary>
    public int Count { get; private set; }

    /// <summary>Begins a new block.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds a row to L and R, whose first elements count no more.</summary>
    public void Add(ReadOnlySpan<T> left, ReadOnlySpan<T> right)
    {
        left.CopyTo(_left.AsSpan(((Count + 1) * _size.Rows) - left.Length));
        right.CopyTo(_right.AsSpan(((Count + 1) * _size.Columns) - right.Length));
        Count++;
    }

    /// <summary>y ← y + (LᵀR) of a row of A, for its last columns.</summary>
    public void AddRow(int row, Span<T> y)
    {
        for (int p = 0; p < Count; p++)
        {
            _factors[p] = _left[(p * _size.Rows) + row];
        }

        Combine(_right, _size.Columns, y);
    }

    /// <summary>y ← y + (LᵀR)ᵀ of a column of A, for its last rows.</summary>
    public void AddColumn(int column, Span<T> y)
    {
        for (int p = 0; p < Count; p++)
        {
            _factors[p] = _right[(p * _size.Columns) + column];
        }

        Combine(_left, _size.Rows, y);
    }

    /// <summary>y ← y + Lᵀ(R x), for the last columns of A and its last rows.</summary>
    public void AddProduct(ReadOnlySpan<T> x, Span<T> y)
    {
        Dots(_right, _size.Columns, x);
        Combine(_left, _size.Rows, y);
    }

    /// <summary>y ← y + Rᵀ(L x), for the last rows of A and its last columns.</summary>
    public void AddTransposedProduct(ReadOnlySpan<T> x, Span<T> y)
    {
        Dots(_left, _size.Rows, x);
        Combine(_right, _size.Columns, y);
    }

    /// <summary>A ← A + LᵀR, for rows and columns from one on.</summary>
    public void Apply(Span<T> matrix, int first)
    {
        (int rows, int columns) = (_size.Rows - first, _size.Columns - first);
        ProductShape shape = new(rows, Count, columns)
        {
            LeftTransposed = true,
            LeftStride = _size.Rows,
            RightStride = _size.Columns,
            ResultStride = _size.Columns,
            Accumulate = true,
        };
        _product.Multiply<T>(shape, _left.AsSpan(first), _right.AsSpan(first), matrix[((first * _size.Columns) + first)..]);
    }

    private void Dots(T[] rows, int length, ReadOnlySpan<T> x)
    {
        if (Count > 0)
        {
            _product.Multiply<T>(new ProductShape(Count, x.Length, 1) { LeftStride = length }, rows.AsSpan(length - x.Length), x, _factors);
        }
    }

    private void Combine(T[] rows, int length, Span<T> y)
    {
        if (Count > 0)
        {
            ProductShape shape = new(1, Count, y.Length) { RightStride = length, Accumulate = true };
            _product.Multiply<T>(shape, _factors, rows.AsSpan(length - y.Length), y);
        }
    }
}
