using System.Numerics.Tensors;

namespace Hyperdiff.Decompositions;

/// <summary>A = Q R by reflections, reduced. Source: Golub and Van Loan (2013), "Matrix Computations", 4th edition, algorithms 5.1.1 and 5.2.1.</summary>
/// <remarks>Differs from the source in that 1. matrices are held by columns, so that every inner loop runs along memory, and 2. the diagonal of R is not
/// negative, which makes R continuous.</remarks>
internal static class HouseholderQr
{
    /// <summary>Factors a matrix with at least as many rows as columns.</summary>
    /// <param name="matrix"><c>[m, n]</c>, row-major.</param>
    /// <param name="size">m and n.</param>
    /// <param name="q"><c>[m, n]</c>, zeros before.</param>
    /// <param name="r"><c>[n, n]</c>, zeros before.</param>
    public static void Factor(ReadOnlySpan<double> matrix, (int Rows, int Columns) size, Span<double> q, Span<double> r)
    {
        (int rows, int columns) = size;
        double[] work = new double[rows * columns];
        Transposed(matrix, rows, columns, work);
        var betas = new double[columns];
        for (int k = 0; k < columns; k++)
        {
            Span<double> vector = work.AsSpan((k * rows) + k, rows - k);
            double diagonal = Reflector(vector, out betas[k]);
            for (int j = k + 1; j < columns; j++)
            {
                Reflect(vector, betas[k], work.AsSpan((j * rows) + k, rows - k));
                r[(k * columns) + j] = work[(j * rows) + k];
            }

            r[(k * columns) + k] = diagonal;
        }

        // Q = H₀ H₁ … applied to the first columns of the identity, the last reflection first
        var basis = new double[rows * columns];
        for (int k = columns - 1; k >= 0; k--)
        {
            basis[(k * rows) + k] = 1;
            for (int j = k; j < columns; j++)
            {
                Reflect(work.AsSpan((k * rows) + k, rows - k), betas[k], basis.AsSpan((j * rows) + k, rows - k));
            }
        }

        MakePositive(size, basis, r);
        Transposed(basis, columns, rows, q);
    }

    /// <summary>Turns the rows of R whose diagonal is negative, and the columns of Q that belong to them.</summary>
    /// <param name="size">m and n.</param>
    /// <param name="basis">Qᵀ, <c>[n, m]</c>.</param>
    /// <param name="r"><c>[n, n]</c>.</param>
    public static void MakePositive((int Rows, int Columns) size, Span<double> basis, Span<double> r)
    {
        for (int k = 0; k < size.Columns; k++)
        {
            if (r[(k * size.Columns) + k] < 0)
            {
                Span<double> row = r.Slice(k * size.Columns, size.Columns), column = basis.Slice(k * size.Rows, size.Rows);
                TensorPrimitives.Negate(row, row);
                TensorPrimitives.Negate(column, column);
            }
        }
    }

    /// <summary>Overwrites x by v, so that <c>(I − β v vᵀ) x</c> has zeros after its first element, which is returned.</summary>
    public static double Reflector(Span<double> x, out double beta)
    {
        beta = 0;
        if (!x[1..].ContainsAnyExcept(0.0))
        {
            return x[0];
        }

        // scaled, so that no square overflows
        double largest = Math.Abs(TensorPrimitives.MaxMagnitude<double>(x));
        TensorPrimitives.Divide(x, largest, x);
        double norm = TensorPrimitives.Norm(x);
        double first = x[0] > 0 ? -norm : norm;
        x[0] -= first;
        beta = 2 / TensorPrimitives.SumOfSquares(x);
        return first * largest;
    }

    /// <summary><c>y ← (I − β v vᵀ) y</c>.</summary>
    public static void Reflect(ReadOnlySpan<double> v, double beta, Span<double> y)
    {
        if (beta != 0)
        {
            TensorPrimitives.MultiplyAdd(v, -beta * TensorPrimitives.Dot(v, y), y, y);
        }
    }

    /// <summary>The transpose of a row-major matrix.</summary>
    public static void Transposed(ReadOnlySpan<double> matrix, int rows, int columns, Span<double> transposed)
    {
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                transposed[(j * rows) + i] = matrix[(i * columns) + j];
            }
        }
    }
}
