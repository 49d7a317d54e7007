using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Decompositions;

namespace Hyperdiff.Backends.Cpu.Lapack;

/// <summary>Factorizations without a native library: of large matrices by blocks of columns, so that most of the work is matrix products.</summary>
/// <remarks>
/// Source: Golub and Van Loan (2013), "Matrix Computations", 4th edition, §3.2.11 and §4.2.6, what is right of and below a block of columns being updated once
/// it is factored. Within a block, and for small matrices, the definitions.
/// </remarks>
/// <typeparam name="T">double or float.</typeparam>
internal sealed class BlockedKernels<T> : IMatrixKernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Block = 32;

    // columns of the rest that are updated together: what is above the diagonal of A − L Lᵀ is computed for these alone
    private const int Band = 96;

    private readonly MatrixProduct _product;

    /// <summary>Multiplies by these products.</summary>
    public BlockedKernels(MatrixProduct product) => _product = product;

    /// <summary>From this number of rows on blocks are faster than the definitions.</summary>
    public static int Least => 96;

    /// <inheritdoc/>
    public void SymmetricPart(ReadOnlySpan<T> matrix, Span<T> lower, int size)
    {
        // in squares, of which that on the other side of the diagonal is turned first; halved first, since the sum could overflow
        T[] rented = Rent(Block * Block);
        Span<T> turned = rented;
        T half = T.CreateChecked(0.5);
        for (int top = 0; top < size; top += Block)
        {
            int rows = Math.Min(Block, size - top);
            for (int left = 0; left <= top; left += Block)
            {
                int columns = Math.Min(Block, size - left);
                Turning.Turn(matrix[((left * size) + top)..], size, turned, Block, (columns, rows));
                for (int i = 0; i < rows; i++)
                {
                    int width = Math.Min(columns, top + i + 1 - left);
                    Span<T> other = turned.Slice(i * Block, width);
                    TensorPrimitives.Multiply(other, half, other);
                    TensorPrimitives.MultiplyAdd(matrix.Slice(((top + i) * size) + left, width), half, other, lower[(((top + i) * size) + left)..]);
                }
            }
        }

        Return(rented);
    }

    /// <inheritdoc/>
    public int FactorCholesky(Span<T> matrix, int size)
    {
        if (size < Least)
        {
            return DefiningKernels<T>.Instance.FactorCholesky(matrix, size);
        }

        T[] diagonal = Rent(Block * Block), below = Rent(Block * size), negative = Rent(Block * size);
        int failed = -1;
        for (int start = 0; start < size && failed < 0; start += Block)
        {
            int width = Math.Min(Block, size - start), rest = size - start - width;
            Span<T> pivots = diagonal.AsSpan(0, width * width);
            Copy(matrix[((start * size) + start)..], size, pivots, width, (width, width));
            int inBlock = CholeskyFactorization.Factor(pivots, width);
            failed = inBlock < 0 ? -1 : start + inBlock;
            Copy(pivots, width, matrix[((start * size) + start)..], size, (width, width));
            if (failed >= 0 || rest == 0)
            {
                continue;
            }

            // L₂₁ᵀ = L₁₁⁻¹ A₂₁ᵀ, then A₂₂ ← A₂₂ − L₂₁ L₂₁ᵀ
            Span<T> l = below.AsSpan(0, width * rest), minus = negative.AsSpan(0, width * rest);
            int corner = ((start + width) * size) + start;
            Turning.Turn(matrix[corner..], size, l, rest, (rest, width));
            TriangularSubstitution.Solve<T>(pivots, new TriangularForm(Lower: true, Transpose: false, UnitDiagonal: false), l, width);
            Turning.Turn<T>(l, rest, matrix[corner..], size, (width, rest));
            TensorPrimitives.Negate(l, minus);
            for (int first = 0; first < rest; first += Band)
            {
                int columns = Math.Min(Band, rest - first), place = start + width + first;
                ProductShape shape = new(rest - first, width, columns)
                {
                    LeftTransposed = true,
                    LeftStride = rest,
                    RightStride = rest,
                    ResultStride = size,
                    Accumulate = true,
                };
                _product.Multiply<T>(shape, minus[first..], l[first..], matrix[((place * size) + place)..]);
            }
        }

        Return(diagonal, below, negative);
        return failed;
    }

    /// <inheritdoc/>
    public void FactorLu(Span<T> matrix, Span<int> exchanges)
    {
        int size = exchanges.Length;
        if (size < Least)
        {
            DefiningKernels<T>.Instance.FactorLu(matrix, exchanges);
            return;
        }

        T[] diagonal = Rent(Block * Block), below = Rent(Block * size);
        for (int start = 0; start < size; start += Block)
        {
            int width = Math.Min(Block, size - start), end = start + width, rest = size - end;
            LuElimination.Eliminate(matrix, exchanges, (start, end));
            for (int i = 0; i < size; i++)
            {
                Exchange(matrix[(i * size)..], exchanges, (start, i >= start && i < end ? start : end));
            }

            if (rest == 0)
            {
                continue;
            }

            // U₁₁ᵀ L₂₁ᵀ = A₂₁ᵀ, then A₂₂ ← A₂₂ − L₂₁ U₁₂
            Span<T> pivots = diagonal.AsSpan(0, width * width), l = below.AsSpan(0, width * rest);
            int corner = (start * size) + start;
            Copy(matrix[corner..], size, pivots, width, (width, width));
            Turning.Turn(matrix[(corner + (width * size))..], size, l, rest, (rest, width));
            TriangularSubstitution.Solve<T>(pivots, new TriangularForm(Lower: false, Transpose: true, UnitDiagonal: true), l, width);
            Turning.Turn<T>(l, rest, matrix[(corner + (width * size))..], size, (width, rest));
            TensorPrimitives.Negate(l, l);
            ProductShape shape = new(rest, width, rest) { LeftTransposed = true, RightStride = size, ResultStride = size, Accumulate = true };
            _product.Multiply<T>(shape, l, matrix.Slice(corner + width, (width * size) - width - start), matrix[(corner + (width * size) + width)..]);
        }

        Return(diagonal, below);
    }

    /// <inheritdoc/>
    public void FactorQr(ReadOnlySpan<T> matrix, (int Rows, int Columns) size, Span<T> q, Span<T> r)
    {
        if (size.Columns < Least)
        {
            DefiningKernels<T>.Instance.FactorQr(matrix, size, q, r);
        }
        else
        {
            BlockedQr.Factor(_product, matrix, size, q, r);
        }
    }

    /// <inheritdoc/>
    public void SolveTriangular(ReadOnlySpan<T> matrix, TriangularForm form, Span<T> x, int size)
    {
        int columns = size == 0 ? 0 : x.Length / size;
        if (size < Least || columns < Block)
        {
            DefiningKernels<T>.Instance.SolveTriangular(matrix, form, x, size);
            return;
        }

        T[] diagonal = Rent(Block * Block), negative = Rent(Block * size);
        int blocks = (size + Block - 1) / Block;
        for (int step = 0; step < blocks; step++)
        {
            int start = Block * (form.Forward ? step : blocks - 1 - step), width = Math.Min(Block, size - start), end = start + width;
            Span<T> pivots = diagonal.AsSpan(0, width * width), solved = x.Slice(start * columns, width * columns);
            Copy(matrix[((start * size) + start)..], size, pivots, width, (width, width));
            TriangularSubstitution.Solve<T>(pivots, form, solved, width);
            (int first, int rest) = form.Forward ? (end, size - end) : (0, start);
            if (rest == 0)
            {
                continue;
            }

            // what these rows of X contribute to those that are not solved yet
            Span<T> minus = negative.AsSpan(0, width * rest);
            if (form.Transpose)
            {
                Copy(matrix[((start * size) + first)..], size, minus, rest, (width, rest));
            }
            else
            {
                Copy(matrix[((first * size) + start)..], size, minus, width, (rest, width));
            }

            TensorPrimitives.Negate(minus, minus);
            ProductShape shape = new(rest, width, columns) { LeftTransposed = form.Transpose, Accumulate = true };
            _product.Multiply<T>(shape, minus, solved, x.Slice(first * columns, rest * columns));
        }

        Return(diagonal, negative);
    }

    /// <inheritdoc/>
    public bool Eigen(Span<T> matrix, Span<T> values) => values.Length < Least
        ? DefiningKernels<T>.Instance.Eigen(matrix, values) : BlockedEigen<T>.Of(_product, matrix, values);

    /// <inheritdoc/>
    public bool Svd(ReadOnlySpan<T> matrix, Span<T> u, Span<T> values, Span<T> vt)
    {
        int count = values.Length;
        if (count < Least)
        {
            return DefiningKernels<T>.Instance.Svd(matrix, u, values, vt);
        }

        BlockedSvd<T>? svd = BlockedSvd<T>.Of(_product, matrix, (u.Length / count, vt.Length / count));
        svd?.Write(u, values, vt);
        return svd is not null;
    }

    private static void Exchange(Span<T> row, ReadOnlySpan<int> exchanges, (int Start, int End) columns)
    {
        for (int k = columns.Start; k < columns.End; k++)
        {
            (row[k], row[exchanges[k]]) = (row[exchanges[k]], row[k]);
        }
    }

    private static T[] Rent(int length) => ArrayPool<T>.Shared.Rent(length);

    private static void Return(params ReadOnlySpan<T[]> arrays)
    {
        foreach (T[] array in arrays)
        {
            ArrayPool<T>.Shared.Return(array);
        }
    }

    private static void Copy(ReadOnlySpan<T> source, int sourceStride, Span<T> target, int targetStride, (int Rows, int Columns) size)
    {
        for (int i = 0; i < size.Rows; i++)
        {
            source.Slice(i * sourceStride, size.Columns).CopyTo(target[(i * targetStride)..]);
        }
    }
}
