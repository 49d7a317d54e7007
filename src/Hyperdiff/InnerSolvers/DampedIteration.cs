namespace Hyperdiff;

/// <summary>The damped iteration, <c>w ← (1 − τ) w + τ Φ(w, λ)</c>.</summary>
/// <remarks>
/// Has the fixed points of Φ. Its Jacobian is (1 − τ) I + τ J: it converges near a fixed point if every eigenvalue of J has a real part below 1 and τ is small
/// enough, also where Φ itself rotates or alternates; every nonexpansive map is reached with τ = ½. Source: Krasnosel'skii (1955), "Two remarks on the method
/// of successive approximations". </remarks>
/// <param name="Damping">τ, above 0 and at most 1.</param>
/// <param name="Tolerance">For the estimated error of w, relative to the norm of each leaf.</param>
/// <param name="MaxIterations">The most updates.</param>
public sealed record DampedIteration(double Damping, Tolerance Tolerance, int MaxIterations) : FixedPointSolver(Tolerance, MaxIterations)
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
