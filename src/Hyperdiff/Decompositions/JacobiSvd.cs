using System.Numerics.Tensors;

namespace Hyperdiff.Decompositions;

/// <summary>Singular values and vectors by rotations that make the columns of a matrix orthogonal; reduced.</summary>
/// <remarks>
/// About ten sweeps over all pairs of columns, each of 6 m n² operations. Small singular values, down to ε² ‖A‖, are as accurate relative to themselves as large ones, if only the scales of
/// columns differ; what is smaller is returned as 0.
/// Source: Hestenes (1958), "Inversion of matrices by biorthogonalization and related results", §4; the accuracy: Demmel and Veselić (1992), "Jacobi's method is more accurate than QR", §3.
/// </remarks>
internal static class JacobiSvd
{
    // quadratically convergent: six to ten are usual; the limit is that of LAPACK's dgesvj
    private const int MostSweeps = 30;

    // ε²: a column that depends on others leaves ε of itself, and that again; below this, relative to ‖A‖, is nothing but rounding of rounding, and is taken for 0
    private const double Nothing = 4.9e-32;

    /// <summary>U <c>[m, k]</c>, σ <c>[k]</c> descending, Vᵀ <c>[k, n]</c> for k = min(m, n), row-major; null if the rotations did not converge.</summary>
    /// <param name="matrix"><c>[m, n]</c>, row-major.</param>
    /// <param name="rows">m.</param>
    /// <param name="columns">n.</param>
    public static (double[] U, double[] Values, double[] Vt)? Of(ReadOnlySpan<double> matrix, int rows, int columns)
    {
        // the shorter side is made orthogonal: A Vᵀᵀ = U σ, or the same for Aᵀ
        bool tall = rows >= columns;
        (int length, int count) = tall ? (rows, columns) : (columns, rows);
        var vectors = new double[matrix.Length];
        if (tall)
        {
            HouseholderQr.Transposed(matrix, rows, columns, vectors);
        }
        else
        {
            matrix.CopyTo(vectors);
        }

        // a power of two near the largest element: no square over- or underflows
        double scale = vectors.Length == 0 ? 0 : Math.ScaleB(1, Math.ILogB(TensorPrimitives.MaxMagnitude<double>(vectors)));
        if (scale > 0 && double.IsFinite(scale))
        {
            TensorPrimitives.Divide<double>(vectors, scale, vectors);
        }

        var rotated = new double[count * count];
        for (int i = 0; i < count; i++)
        {
            rotated[(i * count) + i] = 1;
        }

        double floor = Nothing * TensorPrimitives.Norm<double>(vectors);
        if (!Orthogonalize(vectors, rotated, length, floor))
        {
            return null;
        }

        double[] norms = [.. Enumerable.Range(0, count).Select(i => Norm(vectors.AsSpan(i * length, length), floor))];
        int[] order = [.. Enumerable.Range(0, count).OrderByDescending(i => norms[i])];
        var left = new double[count * length];
        var right = new double[count * count];
        for (int i = 0; i < count; i++)
        {
            Span<double> unit = left.AsSpan(i * length, length);
            Span<double> other = right.AsSpan(i * count, count);
            rotated.AsSpan(order[i] * count, count).CopyTo(other);
            if (norms[order[i]] > 0)
            {
                TensorPrimitives.Divide<double>(vectors.AsSpan(order[i] * length, length), norms[order[i]], unit);
            }
            else
            {
                Complete(left, i, length);
            }

            if (Orientation.Normalize(unit))
            {
                TensorPrimitives.Negate<double>(other, other);
            }
        }

        double[] values = [.. order.Select(i => norms[i] * scale)];
        (double[] uRows, double[] vRows) = tall ? (left, right) : (right, left);
        var u = new double[uRows.Length];
        HouseholderQr.Transposed(uRows, count, rows, u);
        return (u, values, vRows);
    }

    private static double Norm(ReadOnlySpan<double> vector, double floor) => TensorPrimitives.Norm(vector) is var norm && norm > floor ? norm : 0;

    private static bool Orthogonalize(double[] vectors, double[] rotated, int length, double floor)
    {
        int count = (int)Math.Sqrt(rotated.Length);

        // what rounding leaves of a scalar product of orthogonal vectors
        double tolerance = Math.Sqrt(length) * DType.Float64.Epsilon();
        for (int sweep = 0; sweep < MostSweeps; sweep++)
        {
            bool done = true;
            for (int p = 0; p < count; p++)
            {
                for (int q = p + 1; q < count; q++)
                {
                    Span<double> x = vectors.AsSpan(p * length, length);
                    Span<double> y = vectors.AsSpan(q * length, length);
                    (double normX, double normY) = (TensorPrimitives.Norm<double>(x), TensorPrimitives.Norm<double>(y));
                    double xy = TensorPrimitives.Dot<double>(x, y);
                    if (Math.Abs(xy) <= tolerance * normX * normY || Math.Min(normX, normY) <= floor)
                    {
                        continue;
                    }

                    // the smaller of the two rotations after which xᵀy = 0
                    done = false;
                    double cotangent = (normY - normX) * (normY + normX) / (2 * xy);
                    double tangent = Math.CopySign(1 / (Math.Abs(cotangent) + double.Hypot(1, cotangent)), cotangent);
                    double c = 1 / double.Hypot(1, tangent);
                    PlaneRotation.Apply(x, y, c, -c * tangent);
                    PlaneRotation.Apply(rotated.AsSpan(p * count, count), rotated.AsSpan(q * count, count), c, -c * tangent);
                }
            }

            if (done)
            {
                return true;
            }
        }

        return false;
    }

    // a unit vector orthogonal to those before it: what is left of the axis that they cover least
    private static void Complete(double[] units, int index, int length)
    {
        var covered = new double[length];
        for (int i = 0; i < index; i++)
        {
            ReadOnlySpan<double> unit = units.AsSpan(i * length, length);
            TensorPrimitives.MultiplyAdd(unit, unit, covered, covered);
        }

        Span<double> vector = units.AsSpan(index * length, length);
        vector[TensorPrimitives.IndexOfMin<double>(covered)] = 1;

        // twice is enough (Parlett 1998, "The Symmetric Eigenvalue Problem", §6.9)
        for (int pass = 0; pass < 2; pass++)
        {
            for (int i = 0; i < index; i++)
            {
                ReadOnlySpan<double> unit = units.AsSpan(i * length, length);
                TensorPrimitives.MultiplyAdd(unit, -TensorPrimitives.Dot(unit, vector), vector, vector);
            }
        }

        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<double>(vector), vector);
    }
}
