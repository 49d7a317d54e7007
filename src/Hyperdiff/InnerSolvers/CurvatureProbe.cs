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
    /// <param name="Products">How many products that took.</param>
    public readonly record struct Finding(bool IsNegative, LeafVector? Flat, bool IsZero, int Products);

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
        var (diagonal, beside) = (new List<double>(), new List<double>());
        LeafVector next = Draw(types, seed);
        double norm = next.Magnitude();
        while (basis.Count < most && norm > 0)
        {
            LeafVector v = Tensor.Scalar(1 / norm) * next;
            basis.Add(v);
            LeafVector image = product(v);
            next = image;

            // twice is enough to keep the basis orthogonal
            for (int pass = 0; pass < 2; pass++)
            {
                next = basis.Aggregate(next, (rest, other) => rest - (LeafVector.Dot(other, rest) * other));
            }

            double[] numbers = Readings.Of([LeafVector.Dot(v, image)], [image, next]);
            diagonal.Add(numbers[0]);
            (double length, norm) = (numbers[1], numbers[2]);
            beside.Add(norm);
            norm = norm > Math.Sqrt(epsilon) * length ? norm : 0;
        }

        double size = Math.Max(scale?.Invoke() ?? 0, diagonal.Select((d, i) => Math.Abs(d) + beside[i]).DefaultIfEmpty(0).Max());
        double zero = Math.Cbrt(epsilon * epsilon) * size;
        if (diagonal.Count == 0 || !double.IsFinite(size))
        {
            return new Finding(false, null, false, diagonal.Count);
        }

        var (values, vectors) = Small(diagonal, beside);
        int flat = Array.FindIndex(values, value => Math.Abs(value) <= zero);
        double[] weights = flat < 0 ? [] : [.. vectors.Skip(flat).Where((_, i) => i % values.Length == 0)];
        bool isVector = flat >= 0 && Math.Abs(beside[^1] * weights[^1]) <= zero;
        return new Finding(values[0] < -zero, isVector ? Combined(basis, weights) : (LeafVector?)null, size == 0, diagonal.Count);
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

    private static LeafVector Draw(ImmutableArray<TensorType> types, int seed)
    {
        var random = new Random(seed);
        return types.Select(type => Tensor.From([.. Enumerable.Range(0, type.Shape.ElementCount).Select(_ => (2 * random.NextDouble()) - 1)], type.Shape)
            .To(type.DType)).ToArray();
    }
}
