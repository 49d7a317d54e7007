namespace Hyperdiff.Decompositions;

/// <summary>Makes an upper bidiagonal matrix diagonal by implicit QR iterations.</summary>
/// <remarks>
/// Source: Golub and Van Loan (2013), "Matrix Computations", 4th edition, algorithm 8.6.2; the iteration without shift, which meets zeros without ado: Demmel
/// and Kahan (1990), "Accurate singular values of bidiagonal matrices", doi:10.1137/0911052, §3. Differs from these in that all neglect is relative to the
/// largest element.
/// </remarks>
/// <param name="matrix">The diagonal, then singular values up to their signs, and what stands right of each of its elements.</param>
/// <param name="left">What is rotated along from the left.</param>
/// <param name="right">What is rotated along from the right.</param>
internal sealed class BidiagonalIteration((double[] Diagonal, double[] Above) matrix, IRowRotations left, IRowRotations right)
{
    // convergence is cubic: two or three iterations per singular value are usual
    private const int MostIterationsPerValue = 30;

    /// <summary>Iterates; false if that does not converge.</summary>
    /// <param name="epsilon">What is neglected beside the largest element.</param>
    public bool Iterate(double epsilon)
    {
        double largest = 0;
        for (int k = 0; k < matrix.Diagonal.Length; k++)
        {
            largest = Math.Max(largest, Math.Max(Math.Abs(matrix.Diagonal[k]), Math.Abs(matrix.Above[k])));
        }

        double negligible = epsilon / 2 * largest;
        int iterations = 0;
        for (int high = matrix.Diagonal.Length - 1; high > 0;)
        {
            int low = high;
            while (low > 0 && Math.Abs(matrix.Above[low - 1]) > negligible)
            {
                low--;
            }

            if (low == high)
            {
                high--;
                continue;
            }

            if (++iterations > MostIterationsPerValue * matrix.Diagonal.Length)
            {
                return false;
            }

            double shift = Shift(high);
            bool hasZero = false;
            for (int k = low; k <= high; k++)
            {
                hasZero |= !(Math.Abs(matrix.Diagonal[k]) > negligible);
            }

            left.Begin(low, high);
            right.Begin(low, high);
            if (hasZero || shift <= negligible)
            {
                StepUnshifted(low, high);
            }
            else
            {
                Step(low, high, shift);
            }
        }

        return true;
    }

    // the smaller singular value of the last two rows and columns
    private double Shift(int high)
    {
        (double a, double b, double c) = (Math.Abs(matrix.Diagonal[high - 1]), matrix.Above[high - 1], Math.Abs(matrix.Diagonal[high]));
        double larger = (double.Hypot(a + c, b) + double.Hypot(a - c, b)) / 2;
        return larger == 0 ? 0 : Math.Min(a, c) / larger * Math.Max(a, c);
    }

    // one QR step on BᵀB − σ²I without forming it: rotations from the right and from the left in turn chase an element down
    private void Step(int low, int high, double shift)
    {
        (double[] d, double[] e) = matrix;
        (double x, double z) = ((Math.Abs(d[low]) - shift) * (Math.Sign(d[low]) + (shift / d[low])), e[low]);
        for (int k = low; k < high; k++)
        {
            (double c, double s, double length) = PlaneRotation.Of(x, z);
            if (k > low)
            {
                e[k - 1] = length;
            }

            (x, e[k]) = ((c * d[k]) + (s * e[k]), (c * e[k]) - (s * d[k]));
            (z, d[k + 1]) = (s * d[k + 1], c * d[k + 1]);
            right.Rotate(k, c, s);

            (c, s, d[k]) = PlaneRotation.Of(x, z);
            (x, d[k + 1]) = ((c * e[k]) + (s * d[k + 1]), (c * d[k + 1]) - (s * e[k]));
            e[k] = x;
            if (k < high - 1)
            {
                (z, e[k + 1]) = (s * e[k + 1], c * e[k + 1]);
            }

            left.Rotate(k, c, s);
        }
    }

    // the same for σ = 0, where the two rotations share their cosines; a zero on the diagonal makes the last row and column split off at once
    private void StepUnshifted(int low, int high)
    {
        (double[] d, double[] e) = matrix;
        (double c, double leftC, double leftS) = (1, 1, 0);
        for (int k = low; k < high; k++)
        {
            (c, double s, double length) = PlaneRotation.Of(d[k] * c, e[k]);
            if (k > low)
            {
                e[k - 1] = leftS * length;
            }

            (leftC, leftS, d[k]) = PlaneRotation.Of(leftC * length, d[k + 1] * s);
            right.Rotate(k, c, s);
            left.Rotate(k, leftC, leftS);
        }

        double last = d[high] * c;
        (d[high], e[high - 1]) = (last * leftC, last * leftS);
    }
}
