using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Looks for a direction of negative curvature of a symmetric operator: Lanczos' process from a random vector of a fixed seed.</summary>
/// <remarks>
/// After k products it finds the sign of the smallest eigenvalue of any matrix with at most k distinct ones, and of one that stands apart from the others; that
/// of one in a crowd of many it may miss. A value within the rounding of the largest, ε^⅔ of it, counts as zero. Source: Golub and Van Loan (2013),
/// "Matrix Computations", 4th edition, algorithm 10.1.1, and section 10.1.4 for the residual of a vector found so.
/// </remarks>
internal static class CurvatureProbe
{
    private const int MaxProducts = 8;

    /// <summary>What was found of an operator.</summary>
    /// <param name="IsNegative">Whether there is a direction of negative curvature.</param>
    /// <param name="Flat">A direction of no curvature, of norm 1; null if none was found.</param>
    /// <param name="IsZero">Whether nothing but zero was found.</param>
    /// <param name="Slowest">Computes the smallest singular value, for whom it matters; 0 where the products have not found it.</param>
    /// <param name="Products">How many products that took.</param>
    public readonly record struct Finding(bool IsNegative, LeafVector? Flat, bool IsZero, Func<double> Slowest, int Products);

    /// <summary>Looks.</summary>
    /// <param name="types">The types of the leaves.</param>
    /// <param name="product">v ↦ H v.</param>
    /// <param name="epsilon">The machine epsilon.</param>
    /// <param name="scale">What the operator is part of, as large as was seen when the products are made: rounding is relative to it. Absent for the operator
    /// itself.</param>
    /// <param name="seed">Of the random vector.</param>
    public static Finding Look(ImmutableArray<TensorType> types, Func<LeafVector, LeafVector> product, double epsilon, Func<double>? scale = null, int seed = 1)
    {
        int most = Math.Min(MaxProducts, types.Sum(type => type.Shape.ElementCount));
        var basis = new List<LeafVector>();
        var (diagonal, beside, columns) = (new List<double>(), new List<double>(), new List<double[]>());
        LeafVector next = RandomVector.Draw(types, seed);
        double norm = next.Magnitude();
        while (basis.Count < most && norm > 0)
        {
            LeafVector v = Tensor.Scalar(1 / norm) * next;
            basis.Add(v);
            LeafVector image = product(v);
            next = image;

            // twice is enough to keep the basis orthogonal
            var shares = new List<Tensor>();
            for (int pass = 0; pass < 2; pass++)
            {
                foreach (LeafVector other in basis)
                {
                    shares.Add(LeafVector.Dot(other, next));
                    next -= shares[^1] * other;
                }
            }

            double[] numbers = Readings.Of([LeafVector.Dot(v, image), .. shares], [image, next]);
            diagonal.Add(numbers[0]);
            (double length, norm) = (numbers[^2], numbers[^1]);
            beside.Add(norm);
            int size = basis.Count;
            columns.Add([.. Enumerable.Range(1, size).Select(i => numbers[i] + numbers[size + i]), norm]);
            norm = norm > Math.Sqrt(epsilon) * length ? norm : 0;
        }

        double largest = Math.Max(scale?.Invoke() ?? 0, diagonal.Select((d, i) => Math.Abs(d) + beside[i]).DefaultIfEmpty(0).Max());
        double zero = Math.Cbrt(epsilon * epsilon) * largest;
        if (diagonal.Count == 0 || !double.IsFinite(largest))
        {
            return new Finding(false, null, false, () => 0, diagonal.Count);
        }

        var (values, vectors) = Small(diagonal, beside);
        int flat = Array.FindIndex(values, value => Math.Abs(value) <= zero);
        double[] weights = flat < 0 ? [] : [.. vectors.Skip(flat).Where((_, i) => i % values.Length == 0)];
        bool isVector = flat >= 0 && Math.Abs(beside[^1] * weights[^1]) <= zero;
        return new Finding(values[0] < -zero, isVector ? Combined(basis, weights) : (LeafVector?)null, largest == 0,
            () => Slowest(columns, RandomVector.Share(types)), diagonal.Count);
    }

    /// <summary>The smallest singular value of A on the space, if that is A's: if A x = v₁ is solved there to less than the share of v₁ that a direction has,
    /// so that none is missing.</summary>
    /// <remarks>
    /// <code>
    /// A V = V⁺ H,    H = U S Wᵀ,    min ‖A V y − v₁‖² = 1 − ‖Uᵀe₁‖²
    /// </code>
    /// </remarks>
    /// <param name="columns">Those of H, without their zeros.</param>
    /// <param name="share">The least share of v₁ that a direction has.</param>
    private static double Slowest(List<double[]> columns, double share)
    {
        int n = columns.Count;
        var matrix = new double[n + 1, n];
        for (int j = 0; j < n; j++)
        {
            for (int i = 0; i < columns[j].Length; i++)
            {
                matrix[i, j] = columns[j][i];
            }
        }

        (Tensor left, Tensor values, _) = Linalg.Svd(Tensor.From(matrix));
        double rest = 1 - left.ToArray<double>().Take(n).Sum(part => part * part);
        return rest <= share * share ? values.ToArray<double>()[^1] : 0;
    }

    /// <summary>The eigenvalues of a tridiagonal matrix, ascending, and its eigenvectors as columns.</summary>
    private static (double[] Values, double[] Vectors) Small(List<double> diagonal, List<double> beside)
    {
        int n = diagonal.Count;
        var matrix = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            matrix[i, i] = diagonal[i];
            if (i > 0)
            {
                matrix[i, i - 1] = matrix[i - 1, i] = beside[i - 1];
            }
        }

        (Tensor values, Tensor vectors) = Linalg.Eigh(Tensor.From(matrix));
        return (values.ToArray<double>(), vectors.ToArray<double>());
    }

    private static LeafVector Combined(List<LeafVector> basis, double[] weights)
    {
        LeafVector sum = weights[0] * basis[0];
        for (int i = 1; i < basis.Count; i++)
        {
            sum += weights[i] * basis[i];
        }

        return (1 / sum.Magnitude()) * sum;
    }
}
