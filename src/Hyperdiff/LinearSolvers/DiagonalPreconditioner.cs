namespace Hyperdiff;

/// <summary>Scaling by the diagonal of A: <c>S = |diag A|^{−1/2}</c>, so that S A S has a diagonal of ones (in size).</summary>
/// <remarks>
/// For up to as many unknowns as probes, n products with unit vectors give the diagonal exactly. Otherwise random signs z give the estimate
/// <c>mean z ⊙ A z</c>, whose error in entry i is about <c>√(Σ_{j≠i} A_ij² / probes)</c>. Where unknowns are coupled, as the weights of a layer are, that is
/// more than the entry, and scaled by it the system would be worse than before. So the estimate is shrunk, leaf by leaf:
/// <code>
/// dᵢ = m + (1 − σ²/s²)₊ (xᵢ − m),   |dᵢ| ≥ σ √((1 − σ²/s²)₊ + 1/n)
/// </code>
/// with m and s² the mean and the variance of the estimate x over the n numbers of the leaf, and σ² the mean of its squared errors, which its variance over
/// the probes tells (one probe tells none): nothing is left of differences that are noise, and nothing is scaled up by more than is known. Scaling on both
/// sides keeps a symmetric matrix symmetric and a definite one definite. Entries below 1e-12 of the largest are not scaled up further. Source: Jacobi scaling;
/// van der Sluis (1969), "Condition numbers and equilibration of matrices", doi:10.1007/BF02165096, theorem 4.1 (optimal up to a factor n); probing: Bekas,
/// Kokiopoulou and Saad (2007), "An estimator for the diagonal of a matrix", doi:10.1016/j.apnum.2007.01.003, equation (3); shrinking: Efron and Morris
/// (1973), "Stein's estimation rule and its competitors", doi:10.1080/01621459.1973.10481350. Differs from that source in the bound, which is the standard
/// deviation that is left, with that of the mean.
/// </remarks>
/// <param name="Probes">The most products.</param>
/// <param name="Seed">Of the random signs.</param>
internal sealed record DiagonalPreconditioner(int Probes, int Seed) : Scaling
{
    private const double Floor = 1e-12;

    /// <summary>The most products.</summary>
    public int Probes { get; init => field = Setting.Count(value, 1, nameof(Probes)); } = Setting.Count(Probes, 1, nameof(Probes));

    /// <inheritdoc/>
    public override string Name => "diagonal scaling";

    internal override PreparedScaling? Of(LinearOperator matrix, int level = 0, CancellationToken cancellation = default)
    {
        int size = DenseMatrix.Size(matrix);
        int products = Math.Min(size, Probes);
        if ((size <= Probes ? Exact(matrix, size, cancellation) : Estimate(matrix, size, cancellation)) is not { } diagonal)
        {
            return null;
        }

        double largest = diagonal.Count == 0 ? 0 : Tensor.Where(diagonal.IsNaN(), 0, diagonal.Abs()).Max().ToScalar();

        // roots are taken of numbers about 1, so that S is the same whatever the unit of A is
        double factor = largest > 0 && double.IsFinite(largest) ? Math.ScaleB(1, -Math.ILogB(largest)) : 1;
        Tensor scaling = largest == 0 ? Tensor.OnesLike(diagonal) : 1 / (diagonal * factor).Abs().Maximum(Floor * largest * factor).Sqrt();
        return Of(DenseMatrix.Parted(scaling, matrix.InputTypes), factor, products);
    }

    /// <inheritdoc/>
    internal override PreparedScaling From(Tensor[] kept) => Of(kept[..^1], kept[^1].ToScalar(), 0);

    private static PreparedScaling Of(Tensor[] shared, double factor, int products) => new(
        typeof(DiagonalPreconditioner), shared, (shared, v) => v.Leaves.Select((leaf, i) => shared[i] * leaf).ToArray(), products)
    {
        Factor = factor,
    };

    private static Tensor? Exact(LinearOperator matrix, int size, CancellationToken cancellation)
    {
        Tensor diagonal = Tensor.Zeros([size]);
        for (int i = 0; i < size; i++)
        {
            if (cancellation.IsCancellationRequested)
            {
                return null;
            }

            Tensor unit = StackedVectors.Row(i, size);
            diagonal = Tensor.Where(unit.NotEqual(0), Product(matrix, unit), diagonal);
        }

        return diagonal;
    }

    private Tensor? Estimate(LinearOperator matrix, int size, CancellationToken cancellation)
    {
        var random = new Random(Seed);
        Tensor sum = Tensor.Zeros([size]), squares = sum;
        double unit = 0;
        for (int probe = 0; probe < Probes; probe++)
        {
            if (cancellation.IsCancellationRequested)
            {
                return null;
            }

            var signs = Tensor.From([.. Enumerable.Range(0, size).Select(_ => random.Next(2) == 0 ? -1.0 : 1.0)]);
            Tensor product = signs * Product(matrix, signs);

            // squared where numbers are about 1, so that what is kept does not depend on the unit of A
            unit = unit > 0 ? unit : UnitOf(product);
            product *= unit;
            sum += product;
            squares += product.Square();
        }

        Tensor mean = sum / Probes, error = ((squares / Probes) - mean.Square()).Maximum(0) / Math.Max(1, Probes - 1);
        Tensor[] leaves = DenseMatrix.Parted(mean, matrix.InputTypes), errors = DenseMatrix.Parted(error, matrix.InputTypes);
        return DenseMatrix.Joined([.. leaves.Select((leaf, i) => Shrunk(leaf, errors[i].Mean().ToScalar()))]) / unit;
    }

    private static double UnitOf(Tensor numbers)
    {
        double largest = numbers.Abs().Max().ToScalar();
        return largest > 0 && double.IsFinite(largest) ? Math.ScaleB(1, -Math.ILogB(largest)) : 1;
    }

    private static Tensor Shrunk(Tensor estimate, double error)
    {
        double mean = estimate.Mean().ToScalar(), spread = (estimate - mean).Square().Sum().ToScalar() / Math.Max(1, estimate.Count - 1);
        double kept = spread > error ? 1 - (error / spread) : 0;
        return (mean + (kept * (estimate - mean))).Abs().Maximum(Math.Sqrt(error * (kept + (1.0 / estimate.Count))));
    }

    private static Tensor Product(LinearOperator matrix, Tensor vector) => DenseMatrix.Joined(matrix.Apply(DenseMatrix.Parted(vector, matrix.InputTypes)));
}
