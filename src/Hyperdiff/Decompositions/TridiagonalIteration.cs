namespace Hyperdiff.Decompositions;

/// <summary>Makes a symmetric tridiagonal matrix diagonal by implicit QR iterations. Source: Golub and Van Loan (2013), "Matrix Computations", 4th edition,
/// algorithms 8.3.2 and 8.3.3.</summary>
/// <param name="diagonal"><c>[n]</c>; then the eigenvalues, in any order.</param>
/// <param name="beside"><c>[n]</c>, what stands beside each element of the diagonal; the last is not read.</param>
/// <param name="vectors">What is rotated along.</param>
internal sealed class TridiagonalIteration(double[] diagonal, double[] beside, IRowRotations vectors)
{
    // The shift makes convergence cubic: two or three iterations per eigenvalue are usual. The same limit as LAPACK's dsteqr.
    private const int MostIterationsPerValue = 30;

    /// <summary>Iterates; false if that does not converge.</summary>
    /// <param name="epsilon">What is neglected beside the neighbors on the diagonal.</param>
    public bool Iterate(double epsilon)
    {
        int iterations = 0;
        for (int high = diagonal.Length - 1; high > 0;)
        {
            if (IsSplit(high - 1, epsilon))
            {
                beside[high - 1] = 0;
                high--;
                continue;
            }

            int low = high - 1;
            while (low > 0 && !IsSplit(low - 1, epsilon))
            {
                low--;
            }

            if (low > 0)
            {
                beside[low - 1] = 0;
            }

            Step(low, high);
            if (++iterations > MostIterationsPerValue * diagonal.Length)
            {
                return false;
            }
        }

        return true;
    }

    private bool IsSplit(int k, double epsilon) => Math.Abs(beside[k]) <= epsilon / 2 * (Math.Abs(diagonal[k]) + Math.Abs(diagonal[k + 1]));

    // one QR step with Wilkinson's shift on the rows from low to high: the rotations chase an element off the tridiagonal down to its end
    private void Step(int low, int high)
    {
        (double[] d, double[] e) = (diagonal, beside);
        double half = (d[high - 1] - d[high]) / 2;
        double shift = d[high] - (e[high - 1] / (half + Math.CopySign(double.Hypot(half, e[high - 1]), half)) * e[high - 1]);
        (double x, double z) = (d[low] - shift, e[low]);
        vectors.Begin(low, high);
        for (int k = low; k < high; k++)
        {
            (double c, double s, double length) = PlaneRotation.Of(x, z);
            if (k > low)
            {
                e[k - 1] = length;
            }

            (double p, double q, double r) = (d[k], e[k], d[k + 1]);
            double moved = s * ((2 * c * q) + (s * (r - p)));
            (d[k], d[k + 1]) = (p + moved, r - moved);
            e[k] = (c * s * (r - p)) + ((c - s) * (c + s) * q);
            if (k < high - 1)
            {
                (x, z) = (e[k], s * e[k + 1]);
                e[k + 1] *= c;
            }

            vectors.Rotate(k, c, s);
        }
    }
}
