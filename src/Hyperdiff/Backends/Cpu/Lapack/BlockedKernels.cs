using System.Buffers;
using System.Numerics.Tensors;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Decompositions;

namespace Hyperdiff.Backends.Cpu.Lapack;

/// <summary>Factorizations without a native library: of large matrices by blocks of columns, so that most of the work is matrix products.</summary>
/// <remarks>
/// Source: Golub and Van Loan (2013), "Matrix Computations", 4th edition, §3.2.11 and §4.2.6, what is right of and below a block of columns being updated once
/// it is factored. Within a block, and for small matrices, the definitions.
/// </remarks>
internal sealed class BlockedKernels : IMatrixKernels
{
    /// <summary>From this number of rows on blocks are faster than the definitions.</summary>
    public const int Least = 96;

    private const int Block = 32;

    // columns of the rest that are updated together: what is above the diagonal of A − L Lᵀ is computed for these alone
    private const int Band = 96;

    private readonly MatrixProduct _product;

    /// <summary>Multiplies by these products.</summary>
    public BlockedKernels(MatrixProduct product) => _product = product;

    /// <inheritdoc/>
    public int FactorCholesky(Span<double> matrix, int size)
    {
        if (size < Least)
        {
            return DefiningKernels.Instance.FactorCholesky(matrix, size);
        }

        double[] diagonal = Rent(Block * Block), below = Rent(Block * size), negative = Rent(Block * size);
        int failed = -1;
        for (int start = 0; start < size && failed < 0; start += Block)
        {
            int width = Math.Min(Block, size - start), rest = size - start - width;
            Span<double> pivots = diagonal.AsSpan(0, width * width);
            Copy(matrix[((start * size) + start)..], size, pivots, width, (width, width));
            int inBlock = CholeskyFactorization.Factor(pivots, width);
            failed = inBlock < 0 ? -1 : start + inBlock;
            Copy(pivots, width, matrix[((start * size) + start)..], size, (width, width));
            if (failed >= 0 || rest == 0)
            {
                continue;
            }

            // L₂₁ᵀ = L₁₁⁻¹ A₂₁ᵀ, then A₂₂ ← A₂₂ − L₂₁ L₂₁ᵀ
            Span<double> l = below.AsSpan(0, width * rest), minus = negative.AsSpan(0, width * rest);
            int corner = ((start + width) * size) + start;
            Turn(matrix[corner..], size, l, rest, (rest, width));
            TriangularSubstitution.Solve(pivots, new TriangularForm(Lower: true, Transpose: false, UnitDiagonal: false), l, width);
            Turn(l, rest, matrix[corner..], size, (width, rest));
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
                _product.Multiply<double>(shape, minus[first..], l[first..], matrix[((place * size) + place)..]);
            }
        }

        Return(diagonal, below, negative);
        return failed;
    }

    /// <inheritdoc/>
    public void FactorLu(Span<double> matrix, Span<int> rows)
    {
        int size = rows.Length;
        if (size < Least)
        {
            DefiningKernels.Instance.FactorLu(matrix, rows);
            return;
        }

        for (int i = 0; i < size; i++)
        {
            rows[i] = i;
        }

        double[] diagonal = Rent(Block * Block), right = Rent(Block * size), negative = Rent(Block * size), swapped = Rent(size);
        for (int start = 0; start < size; start += Block)
        {
            int width = Math.Min(Block, size - start), rest = size - start - width;
            LuFactorization.Eliminate(matrix, rows, (start, start + width), swapped.AsSpan(0, size));
            if (rest == 0)
            {
                continue;
            }

            // U₁₂ = L₁₁⁻¹ A₁₂, then A₂₂ ← A₂₂ − L₂₁ U₁₂
            Span<double> pivots = diagonal.AsSpan(0, width * width), u = right.AsSpan(0, width * rest), minus = negative.AsSpan(0, width * rest);
            int corner = (start * size) + start;
            Copy(matrix[corner..], size, pivots, width, (width, width));
            Copy(matrix[(corner + width)..], size, u, rest, (width, rest));
            TriangularSubstitution.Solve(pivots, new TriangularForm(Lower: true, Transpose: false, UnitDiagonal: true), u, width);
            Copy(u, rest, matrix[(corner + width)..], size, (width, rest));
            Copy(matrix[(corner + (width * size))..], size, minus, width, (rest, width));
            TensorPrimitives.Negate(minus, minus);
            ProductShape shape = new(rest, width, rest) { ResultStride = size, Accumulate = true };
            _product.Multiply<double>(shape, minus, u, matrix[(corner + (width * size) + width)..]);
        }

        Return(diagonal, right, negative, swapped);
    }

    /// <inheritdoc/>
    public void FactorQr(ReadOnlySpan<double> matrix, (int Rows, int Columns) size, Span<double> q, Span<double> r)
    {
        if (size.Columns < Least)
        {
            DefiningKernels.Instance.FactorQr(matrix, size, q, r);
        }
        else
        {
            BlockedQr.Factor(_product, matrix, size, q, r);
        }
    }

    /// <inheritdoc/>
    public void SolveTriangular(ReadOnlySpan<double> matrix, TriangularForm form, Span<double> x, int size)
    {
        int columns = size == 0 ? 0 : x.Length / size;
        if (size < Least || columns < Block)
        {
            DefiningKernels.Instance.SolveTriangular(matrix, form, x, size);
            return;
        }

        double[] diagonal = Rent(Block * Block), negative = Rent(Block * size);
        int blocks = (size + Block - 1) / Block;
        for (int step = 0; step < blocks; step++)
        {
            int start = Block * (form.Forward ? step : blocks - 1 - step), width = Math.Min(Block, size - start), end = start + width;
            Span<double> pivots = diagonal.AsSpan(0, width * width), solved = x.Slice(start * columns, width * columns);
            Copy(matrix[((start * size) + start)..], size, pivots, width, (width, width));
            TriangularSubstitution.Solve(pivots, form, solved, width);
            (int first, int rest) = form.Forward ? (end, size - end) : (0, start);
            if (rest == 0)
            {
                continue;
            }

            // what these rows of X contribute to those that are not solved yet
            Span<double> minus = negative.AsSpan(0, width * rest);
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
            _product.Multiply<double>(shape, minus, solved, x.Slice(first * columns, rest * columns));
        }

        Return(diagonal, negative);
    }

    /// <inheritdoc/>
    public (double[] Values, double[] VectorRows)? Eigen(double[] matrix, int size) => DefiningKernels.Instance.Eigen(matrix, size);

    /// <inheritdoc/>
    public (double[] U, double[] Values, double[] Vt)? Svd(ReadOnlySpan<double> matrix, int rows, int columns) =>
        DefiningKernels.Instance.Svd(matrix, rows, columns);

    private static double[] Rent(int length) => ArrayPool<double>.Shared.Rent(length);

    private static void Return(params ReadOnlySpan<double[]> arrays)
    {
        foreach (double[] array in arrays)
        {
            ArrayPool<double>.Shared.Return(array);
        }
    }

    private static void Copy(ReadOnlySpan<double> source, int sourceStride, Span<double> target, int targetStride, (int Rows, int Columns) size)
    {
        for (int i = 0; i < size.Rows; i++)
        {
            source.Slice(i * sourceStride, size.Columns).CopyTo(target[(i * targetStride)..]);
        }
    }

    // rows as columns
    private static void Turn(ReadOnlySpan<double> source, int sourceStride, Span<double> target, int targetStride, (int Rows, int Columns) size)
    {
        for (int i = 0; i < size.Rows; i++)
        {
            ReadOnlySpan<double> row = source.Slice(i * sourceStride, size.Columns);
            for (int j = 0; j < row.Length; j++)
            {
                target[(j * targetStride) + i] = row[j];
            }
        }
    }
}
