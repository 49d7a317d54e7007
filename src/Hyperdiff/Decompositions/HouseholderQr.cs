using System.Numerics;
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
    public static void Factor<T>(ReadOnlySpan<T> matrix, (int Rows, int Columns) size, Span<T> q, Span<T> r)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int rows, int columns) = size;
        T[] work = new T[rows * columns];
        Transposed<T>(matrix, rows, columns, work);
        var betas = new T[columns];
        for (int k = 0; k < columns; k++)
        {
            Span<T> vector = work.AsSpan((k * rows) + k, rows - k);
            T diagonal = Reflector(vector, out betas[k]);
            for (int j = k + 1; j < columns; j++)
            {
                Reflect<T>(vector, betas[k], work.AsSpan((j * rows) + k, rows - k));
                r[(k * columns) + j] = work[(j * rows) + k];
            }

            r[(k * columns) + k] = diagonal;
        }

        // Q = H₀ H₁ … applied to the first columns of the identity, the last reflection first
        var basis = new T[rows * columns];
        for (int k = columns - 1; k >= 0; k--)
        {
            basis[(k * rows) + k] = T.One;
            for (int j = k; j < columns; j++)
            {
                Reflect<T>(work.AsSpan((k * rows) + k, rows - k), betas[k], basis.AsSpan((j * rows) + k, rows - k));
            }
        }

        MakePositive<T>(size, basis, r);
        Transposed<T>(basis, columns, rows, q);
    }

    /// <summary>Turns the rows of R whose diagonal is negative, and the columns of Q that belong to them.</summary>
    /// <param name="size">m and n.</param>
    /// <param name="basis">Qᵀ, <c>[n, m]</c>.</param>
    /// <param name="r"><c>[n, n]</c>.</param>
    public static void MakePositive<T>((int Rows, int Columns) size, Span<T> basis, Span<T> r)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int k = 0; k < size.Columns; k++)
        {
            if (r[(k * size.Columns) + k] < T.Zero)
            {
                Span<T> row = r.Slice(k * size.Columns, size.Columns), column = basis.Slice(k * size.Rows, size.Rows);
                TensorPrimitives.Negate(row, row);
                TensorPrimitives.Negate(column, column);
            }
        }
    }

    /// <summary>Overwrites x by v, so that <c>(I − β v vᵀ) x</c> has zeros after its first element, which is returned.</summary>
    public static T Reflector<T>(Span<T> x, out T beta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        beta = T.Zero;
        if (!x[1..].ContainsAnyExcept(T.Zero))
        {
            return x[0];
        }

        // scaled, so that no square overflows
        T largest = T.Abs(TensorPrimitives.MaxMagnitude<T>(x));
        TensorPrimitives.Divide(x, largest, x);
        T norm = TensorPrimitives.Norm<T>(x);
        T first = x[0] > T.Zero ? -norm : norm;
        x[0] -= first;
        beta = T.CreateChecked(2) / TensorPrimitives.SumOfSquares<T>(x);
        return first * largest;
    }

    /// <summary><c>y ← (I − β v vᵀ) y</c>.</summary>
    public static void Reflect<T>(ReadOnlySpan<T> v, T beta, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (beta != T.Zero)
        {
            TensorPrimitives.MultiplyAdd(v, -beta * TensorPrimitives.Dot<T>(v, y), y, y);
        }
    }

    /// <summary>The transpose of a row-major matrix.</summary>
    public static void Transposed<T>(ReadOnlySpan<T> matrix, int rows, int columns, Span<T> transposed)
        where T : unmanaged
    {
        // in squares whose lines stay in L1
        const int Side = 16;
        for (int top = 0; top < rows; top += Side)
        {
            int bottom = Math.Min(top + Side, rows);
            for (int left = 0; left < columns; left += Side)
            {
                int right = Math.Min(left + Side, columns);
                for (int j = left; j < right; j++)
                {
                    Span<T> line = transposed.Slice((j * rows) + top, bottom - top);
                    for (int i = 0; i < line.Length; i++)
                    {
                        line[i] = matrix[((top + i) * columns) + j];
                    }
                }
            }
        }
    }
}
