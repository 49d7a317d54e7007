namespace Hyperdiff;

/// <summary>Scaling by the diagonal of A: <c>S = |diag A|^{−1/2}</c>, so that S A S has a diagonal of ones (in size).</summary>
/// <remarks>
/// For up to as many unknowns as probes, n products with unit vectors give the diagonal exactly. Otherwise random signs z give the estimate <c>mean z ⊙ A
/// z</c>, whose error in entry i is about <c>√(Σ_{j≠i} A_ij² / probes)</c>. Scaling on both sides keeps a symmetric matrix symmetric and a definite one
/// definite. Entries below 1e-12 of the largest are not scaled up further. Source: Jacobi scaling; van der Sluis (1969), "Condition numbers and equilibration
/// of matrices", doi:10.1007/BF02165096, theorem 4.1 (optimal up to a factor n); probing: Bekas, Kokiopoulou and Saad (2007), "An estimator for the diagonal of
/// a matrix", doi:10.1016/j.apnum.2007.01.003, equation (3).
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
        Tensor sum = Tensor.Zeros([size]);
        for (int probe = 0; probe < Probes; probe++)
        {
            if (cancellation.IsCancellationRequested)
            {
                return null;
            }

            var signs = Tensor.From([.. Enumerable.Range(0, size).Select(_ => random.Next(2) == 0 ? -1.0 : 1.0)]);
            sum += signs * Product(matrix, signs) / Probes;
        }

        return sum;
    }

    private static Tensor Product(LinearOperator matrix, Tensor vector) => DenseMatrix.Joined(matrix.Apply(DenseMatrix.Parted(vector, matrix.InputTypes)));
}
