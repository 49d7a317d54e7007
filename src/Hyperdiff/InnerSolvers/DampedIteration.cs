namespace Hyperdiff;

/// <summary>The damped iteration, <c>w ← (1 − τ) w + τ Φ(w, λ)</c>. See <see cref="FixedPoint.Damped"/>.</summary>
/// <param name="Damping">τ, above 0 and at most 1.</param>
/// <param name="Tolerance">For the estimated error of w, relative to the norm of each leaf.</param>
/// <param name="MaxIterations">The most updates.</param>
internal sealed record DampedIteration(double Damping, Tolerance Tolerance, int MaxIterations) : FixedPointSolver(Tolerance, MaxIterations)
{
    /// <summary>τ, above 0 and at most 1.</summary>
    public double Damping { get; init => field = Allowed.Positive(value, nameof(Damping)); } = Allowed.Positive(Damping, nameof(Damping));

    /// <inheritdoc/>
    public override string Name => "damped iteration";

    internal override SolverKind Kind => SolverKind.DampedIteration;

    private protected override double? Share => Damping;

    /// <inheritdoc/>
    protected override Func<LeafVector, LeafVector, double, LeafVector> Rule() =>
        (w, image, _) => (Tensor.Scalar(1 - Damping) * w) + (Tensor.Scalar(Damping) * image);
}
