using System.Globalization;

namespace Hyperdiff;

/// <summary>Scaling by a randomized low-rank approximation of A, for symmetric positive definite A whose spectrum decays: <c>S = P^{−1/2}</c>.</summary>
/// <remarks>
/// <code>
/// A − μI ≈ U Λ Uᵀ of rank ℓ,   P⁻¹ = (λ_ℓ + μ) U (Λ + μI)⁻¹ Uᵀ + (I − U Uᵀ)
/// </code>
/// The approximation is that of Nyström from ℓ products with orthonormal random vectors, shifted by rounding for stability; the ℓ large eigenvalues are brought
/// down to the level of λ_ℓ + μ. With ℓ ≥ 2⌈1.5 d⌉ + 1, where <c>d = Σ λᵢ/(λᵢ + μ)</c> counts the eigenvalues of A − μI above μ, the condition number is below
/// 28 on average. Give μ if it is known: the penalty ½μ‖w‖² of an objective, the ρ of a ridge. Memory is ℓ vectors, time of the order of n ℓ² on the host,
/// once, and 4 n ℓ per product. The sketch shows whether A is symmetric and definite: if not, the solve ends as <see cref="SolveStatus.Breakdown"/>, with the
/// reason in the report's name. Source: Frangella, Tropp and Udell (2023), "Randomized Nyström preconditioning", arXiv:2110.02820, algorithm 2.1 for U Λ Uᵀ.
/// Differs from the source in that both sides are scaled by P^{−1/2}, and that λ + μ is never taken below the rounding of the sketch.
/// </remarks>
/// <param name="Rank">ℓ, at least 2.</param>
/// <param name="Ridge">μ, in the unit of A.</param>
/// <param name="Key">What the vectors are drawn from.</param>
internal sealed record NystromPreconditioner(int Rank, double Ridge, RandomKey Key) : Scaling
{
    // what rounding may make of the asymmetry of a sketch of symmetric products, relative to their norm
    private const double RoundingUnits = 1e4;

    /// <summary>ℓ, at least 2.</summary>
    public int Rank { get; init => field = Setting.Count(value, 2, nameof(Rank)); } = Setting.Count(Rank, 2, nameof(Rank));

    /// <summary>μ, in the unit of A.</summary>
    public double Ridge { get; init => field = Setting.NotNegative(value, nameof(Ridge)); } = Setting.NotNegative(Ridge, nameof(Ridge));

    /// <summary>What the vectors are drawn from.</summary>
    public RandomKey Key { get; init => field = Setting.OneKey(value, nameof(Key)); } = Setting.OneKey(Key, nameof(Key));

    /// <inheritdoc/>
    public override string Name => $"a Nyström preconditioner of rank {Rank}";

    internal override bool NeedsSymmetry => true;

    internal override PreparedScaling? Of(LinearOperator matrix, int level = 0, CancellationToken cancellation = default)
    {
        int size = DenseMatrix.Size(matrix);
        int rank = Math.Min(Rank, size);
        double epsilon = matrix.InputTypes.Max(type => type.DType.Epsilon());
        Tensor probes = Linalg.Qr(Key.Normal([size, rank])).Q;
        if (Products(matrix, probes, cancellation) is not { } products)
        {
            return null;
        }

        // factored where numbers are about 1, so that S is the same whatever the unit of A is
        double largest = products.Abs().Max().ToScalar();
        double scale = largest > 0 && double.IsFinite(largest) ? Math.ScaleB(1, -Math.ILogB(largest)) : 1;
        double ridge = Math.ScaleB(Ridge, level) * scale;
        Tensor sketch = (scale * products) - (ridge * probes);
        Tensor small = probes.Transpose().MatMul(sketch);
        double norm = sketch.Norm().ToScalar();
        double asymmetry = (small - small.Transpose()).Norm().ToScalar() / norm;
        if (!(asymmetry <= RoundingUnits * epsilon))
        {
            return Refused(rank, BreakdownCause.Asymmetry,
                double.IsFinite(norm) ? string.Create(CultureInfo.InvariantCulture, $"A is not symmetric, by {asymmetry:G2} relatively")
                    : "products with A are not finite");
        }

        double shift = Math.Sqrt(size) * epsilon * norm;
        Tensor factor;
        try
        {
            factor = Linalg.Cholesky(small + (shift * Tensor.Eye(rank)));
        }
        catch (LinearAlgebraException)
        {
            return Refused(rank, BreakdownCause.Curvature,
                Ridge > 0 ? "A less the ridge is not positive definite on the sketch" : "A is not positive definite on the sketch");
        }

        // B = (Y + νΩ) L⁻ᵀ, so that B Bᵀ is the approximation of A − μI + νI
        Tensor half = Linalg.SolveTriangular(factor, (sketch + (shift * probes)).Transpose(), lower: true).Transpose();
        (Tensor vectors, Tensor values, _) = Linalg.Svd(half);
        Tensor levels = ((values * values) - shift).Maximum(0) + ridge;
        levels = levels.Maximum(shift);
        Tensor weights = (levels[rank - 1] / levels).Sqrt() - 1;
        Tensor[] rows = [.. Enumerable.Range(0, rank).Select(i => vectors.Slice(1, i, i + 1).Squeeze(1))];
        return Of([.. StackedVectors.Of([.. rows.Select(row => DenseMatrix.Parted(row, matrix.InputTypes))]).Leaves, weights], rank);
    }

    /// <inheritdoc/>
    internal override PreparedScaling From(Tensor[] kept) => Of(kept[..^1], 0);

    private static PreparedScaling Of(Tensor[] shared, int products) => new(
        (typeof(NystromPreconditioner), shared[^1].Count),
        shared,
        (shared, v) => v + new StackedVectors(shared[..^1]).Combine(shared[^1] * new StackedVectors(shared[..^1]).Dot(v),
            [.. v.Leaves.Select(leaf => leaf.Type)]),
        products);

    private static PreparedScaling Refused(int products, BreakdownCause cause, string reason) => new(typeof(NystromPreconditioner), [], (_, v) => v, products)
    {
        Cause = cause,
        Refusal = $"{reason}; a Nyström preconditioner is for symmetric positive definite systems",
    };

    private static Tensor? Products(LinearOperator matrix, Tensor probes, CancellationToken cancellation)
    {
        Tensor columns = probes.Transpose();
        var products = new Tensor[columns.Shape[0]];
        for (int i = 0; i < products.Length; i++)
        {
            if (cancellation.IsCancellationRequested)
            {
                return null;
            }

            products[i] = DenseMatrix.Joined(matrix.Apply(DenseMatrix.Parted(columns[i], matrix.InputTypes)));
        }

        return Tensor.Stack(1, products);
    }
}
