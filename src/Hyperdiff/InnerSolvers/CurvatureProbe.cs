using System.Collections.Immutable;
using System.Diagnostics;
using System.Numerics.Tensors;
using Hyperdiff.Decompositions;

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

    // up to here a call of a graph takes longer than the sums
    private const int Short = 4096;

    /// <summary>What was found of an operator.</summary>
    /// <param name="IsNegative">Whether there is a direction of negative curvature.</param>
    /// <param name="Flat">A direction of no curvature, of norm 1; null if none was found.</param>
    /// <param name="IsZero">Whether nothing but zero was found.</param>
    /// <param name="Slowest">Computes the smallest singular value, for whom it matters; 0 where the products have not found it. A bound from below will do that
    /// is above what it is given.</param>
    /// <param name="Products">How many products that took.</param>
    public readonly record struct Finding(bool IsNegative, LeafVector? Flat, bool IsZero, Func<double, double> Slowest, int Products);

    /// <summary>Looks.</summary>
    /// <param name="types">The types of the leaves.</param>
    /// <param name="product">v ↦ H v.</param>
    /// <param name="epsilon">The machine epsilon.</param>
    /// <param name="scale">What the operator is part of, as large as was seen when the products are made: rounding is relative to it. Absent for the operator
    /// itself.</param>
    /// <param name="seed">Of the random vector.</param>
    public static Finding Look(ImmutableArray<TensorType> types, Func<LeafVector, LeafVector> product, double epsilon, Func<double>? scale = null, int seed = 1)
    {
        // where a product lies, the others will
        LeafVector start = RandomVector.Draw(types, seed);
        double norm = start.Magnitude();
        LeafVector first = norm > 0 ? Tensor.Scalar(1 / norm) * start : start, image = norm > 0 ? product(first) : first;
        bool isShort = types.All(type => type.DType == DType.Float64) && types.Sum(type => type.Shape.ElementCount) <= Short && !image.IsOnDevice;
        (Process made, Func<double[], LeafVector> combined) = isShort
            ? InNumbers((start, image), product, types, epsilon) : InVectors((start, image), product, types, epsilon);
        (List<double> diagonal, List<double> beside, List<double[]> columns) = made;
        double largest = diagonal.Select((d, i) => Math.Abs(d) + beside[i]).Aggregate(scale?.Invoke() ?? 0, Math.Max);
        double zero = Math.Cbrt(epsilon * epsilon) * largest;
        if (diagonal.Count == 0 || !double.IsFinite(largest))
        {
            return new Finding(false, null, false, _ => 0, diagonal.Count);
        }

        (double[] values, double[] vectors) = Small(diagonal, beside, largest);
        int flat = Array.FindIndex(values, value => Math.Abs(value) <= zero);
        double[] weights = flat < 0 ? [] : vectors[(flat * values.Length)..((flat + 1) * values.Length)];
        bool isVector = flat >= 0 && Math.Abs(beside[^1] * weights[^1]) <= zero;
        return new Finding(values[0] < -zero, isVector ? combined(weights) : (LeafVector?)null, largest == 0,
            enough => Slowest(columns, RandomVector.Share(types), enough), diagonal.Count);
    }

    /// <summary>The process with numbers: of short vectors a tensor for each of its hundreds of sums takes longer than the sums.</summary>
    private static (Process Made, Func<double[], LeafVector> Combined) InNumbers(
        (LeafVector Start, LeafVector Image) first, Func<LeafVector, LeafVector> product, ImmutableArray<TensorType> types, double epsilon)
    {
        var made = new Process([], [], []);
        var basis = new List<double[]>();
        double[] next = DenseMatrix.Numbers(first.Start.Leaves);
        double norm = Norm(next);
        while (basis.Count < Math.Min(MaxProducts, next.Length) && norm > 0)
        {
            double[] v = new double[next.Length];
            TensorPrimitives.Divide(next, norm, v);
            basis.Add(v);
            double[] image = DenseMatrix.Numbers((basis.Count == 1 ? first.Image : product(DenseMatrix.Leaves(v, types))).Leaves);
            double along = TensorPrimitives.Dot<double>(v, image), length = Norm(image);
            var column = new double[basis.Count + 1];

            // twice is enough to keep the basis orthogonal
            next = image;
            for (int pass = 0; pass < 2; pass++)
            {
                for (int i = 0; i < basis.Count; i++)
                {
                    double share = TensorPrimitives.Dot<double>(basis[i], next);
                    column[i] += share;
                    TensorPrimitives.MultiplyAdd(basis[i], -share, next, next);
                }
            }

            norm = column[^1] = Norm(next);
            made.Add(along, column);
            norm = norm > Math.Sqrt(epsilon) * length ? norm : 0;
        }

        return (made, Combined);

        LeafVector Combined(double[] weights)
        {
            var sum = new double[next.Length];
            for (int i = 0; i < basis.Count; i++)
            {
                TensorPrimitives.MultiplyAdd(basis[i], weights[i], sum, sum);
            }

            TensorPrimitives.Multiply(sum, 1 / Norm(sum), sum);
            return DenseMatrix.Leaves(sum, types);
        }

        static double Norm(double[] numbers) => new LeafVector([Tensor.Wrap(numbers, [numbers.Length])]).Magnitude();
    }

    /// <summary>The process with vectors where they lie.</summary>
    private static (Process Made, Func<double[], LeafVector> Combined) InVectors(
        (LeafVector Start, LeafVector Image) first, Func<LeafVector, LeafVector> product, ImmutableArray<TensorType> types, double epsilon)
    {
        int most = Math.Min(MaxProducts, types.Sum(type => type.Shape.ElementCount));
        var made = new Process([], [], []);
        var basis = new List<LeafVector>();
        LeafVector next = first.Start;
        double norm = next.Magnitude();
        while (basis.Count < most && norm > 0)
        {
            LeafVector v = next.Over(norm);
            basis.Add(v);
            LeafVector image = basis.Count == 1 ? first.Image : product(v);
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
            (double length, norm) = (numbers[^2], numbers[^1]);
            int size = basis.Count;
            made.Add(numbers[0], [.. Enumerable.Range(1, size).Select(i => numbers[i] + numbers[size + i]), norm]);
            norm = norm > Math.Sqrt(epsilon) * length ? norm : 0;
        }

        return (made, weights => Combined(basis, weights));
    }

    /// <summary>What the products made: of Lanczos' tridiagonal matrix the diagonal and what is beside it, and the columns of H without their zeros.</summary>
    private readonly record struct Process(List<double> Diagonal, List<double> Beside, List<double[]> Columns)
    {
        public void Add(double along, double[] column)
        {
            Diagonal.Add(along);
            Beside.Add(column[^1]);
            Columns.Add(column);
        }
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
    /// <param name="enough">What a bound has to be above to be good enough.</param>
    private static double Slowest(List<double[]> columns, double share, double enough)
    {
        int n = columns.Count;
        var least = new GivensLeastSquares(n, 1);
        if (columns.TrueForAll(column => least.Add(column, column[^1], 0)))
        {
            if (!(least.Residual <= share))
            {
                return 0;
            }

            if (least.LeastSingularValue is var bound && bound > enough)
            {
                return bound;
            }
        }

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

    /// <summary>The eigenvalues of a tridiagonal matrix, ascending, and its eigenvectors as rows.</summary>
    private static (double[] Values, double[] VectorRows) Small(List<double> diagonal, List<double> beside, double largest)
    {
        // brought to about 1: of subnormal numbers the iteration does not end
        int n = diagonal.Count, exponent = largest > 0 ? Math.ILogB(largest) : 0;
        var matrix = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            matrix[(i * n) + i] = Math.ScaleB(diagonal[i], -exponent);
            if (i > 0)
            {
                matrix[(i * n) + i - 1] = matrix[((i - 1) * n) + i] = Math.ScaleB(beside[i - 1], -exponent);
            }
        }

        var values = new double[n];
        return SymmetricQr<double>.Of(matrix, values)
            ? (Array.ConvertAll(values, value => Math.ScaleB(value, exponent)), matrix)
            : throw new UnreachableException("the iteration for eight eigenvalues of finite numbers does not end");
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
