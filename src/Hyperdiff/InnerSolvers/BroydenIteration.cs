namespace Hyperdiff;

/// <summary>Broyden's method on <c>r(w) = w − Φ(w) = 0</c>, with a limited memory: a quasi-Newton method that learns the inverse of I − J from the steps it
/// makes. See <see cref="FixedPoint.Broyden"/>.</summary>
/// <param name="Memory">m, the most updates of G.</param>
/// <param name="Tolerance">For the estimated error of w, relative to the norm of each leaf.</param>
/// <param name="MaxIterations">The most updates.</param>
internal sealed record BroydenIteration(int Memory, Tolerance Tolerance, int MaxIterations) : FixedPointSolver(Tolerance, MaxIterations)
{
    /// <summary>m, the most updates of G.</summary>
    public int Memory { get; init => field = Allowed.AtLeast(1, value, nameof(Memory)); } = Allowed.AtLeast(1, Memory, nameof(Memory));

    private const double Unusable = 1e-8;

    /// <inheritdoc/>
    public override string Name => $"Broyden's method over {Memory}";

    internal override SolverKind Kind => SolverKind.AcceleratedIteration;

    /// <inheritdoc/>
    protected override Func<LeafVector, LeafVector, double, LeafVector> Rule()
    {
        var best = new BestImage();
        var updates = new List<(LeafVector U, LeafVector V)>();
        (LeafVector W, LeafVector R)? last = null;
        return (w, image, residual) =>
        {
            if (best.Observe(image, residual) is { } again)
            {
                updates.Clear();
                last = null;
                return again;
            }

            LeafVector r = w - image;
            if (last is { } previous)
            {
                Learn(updates, w - previous.W, r - previous.R);
            }

            last = (w, r);
            return w - Apply(updates, r);
        };
    }

    private void Learn(List<(LeafVector U, LeafVector V)> updates, LeafVector s, LeafVector y)
    {
        if (updates.Count == Memory)
        {
            updates.Clear();
        }

        LeafVector product = Apply(updates, y);
        double[] numbers = Readings.Of([LeafVector.Dot(s, product)], [s, product]);
        double denominator = numbers[0];
        if (Math.Abs(denominator) > Unusable * numbers[1] * numbers[2])
        {
            updates.Add((Tensor.Scalar(1 / denominator) * (s - product), ApplyTransposed(updates, s)));
        }
    }

    /// <summary>G x = x + Σ u (vᵀx).</summary>
    private static LeafVector Apply(List<(LeafVector U, LeafVector V)> updates, LeafVector x) =>
        updates.Aggregate(x, (sum, update) => sum + (LeafVector.Dot(update.V, x) * update.U));

    private static LeafVector ApplyTransposed(List<(LeafVector U, LeafVector V)> updates, LeafVector x) =>
        updates.Aggregate(x, (sum, update) => sum + (LeafVector.Dot(update.U, x) * update.V));
}
