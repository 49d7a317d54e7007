using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Looks for a direction of negative curvature of a symmetric operator: Lanczos' process from a random vector of a fixed seed.</summary>
/// <remarks>
/// After k products it finds the sign of the smallest eigenvalue of any matrix with at most k distinct ones, and of one that stands apart from the others; that
/// of one in a crowd of many it may miss. A negative value within the rounding of the largest, ε^⅔ of it, counts as zero. Source: Golub and Van Loan (2013),
/// "Matrix Computations", 4th edition, algorithm 10.1.1; the sign by the sequence of section 8.4.1.
/// </remarks>
internal static class CurvatureProbe
{
    private const int MaxProducts = 8;
    private const int Seed = 1;

    /// <summary>Whether there is one among what was found, and how many products that took.</summary>
    /// <param name="types">The types of the leaves.</param>
    /// <param name="product">v ↦ H v.</param>
    /// <param name="epsilon">The machine epsilon.</param>
    /// <param name="scale">What the operator is part of, as large as was seen when the products are made: rounding is relative to it. Absent for the operator
    /// itself.</param>
    public static (bool Found, int Products) FindsNegative(ImmutableArray<TensorType> types, Func<LeafVector, LeafVector> product, double epsilon,
        Func<double>? scale = null)
    {
        int most = Math.Min(MaxProducts, types.Sum(type => type.Shape.ElementCount));
        var basis = new List<LeafVector>();
        var (diagonal, beside) = (new List<double>(), new List<double>());
        LeafVector next = Draw(types);
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
        double shift = -Math.Cbrt(epsilon * epsilon) * size;
        double pivot = double.PositiveInfinity;
        for (int i = 0; i < diagonal.Count; i++)
        {
            pivot = diagonal[i] - shift - (i == 0 ? 0 : beside[i - 1] / pivot * beside[i - 1]);
            if (pivot < 0)
            {
                return (true, diagonal.Count);
            }
        }

        return (false, diagonal.Count);
    }

    private static LeafVector Draw(ImmutableArray<TensorType> types)
    {
        var random = new Random(Seed);
        return types.Select(type => Tensor.From([.. Enumerable.Range(0, type.Shape.ElementCount).Select(_ => (2 * random.NextDouble()) - 1)], type.Shape)
            .To(type.DType)).ToArray();
    }
}
