namespace Hyperdiff;

/// <summary>Whether A is symmetric, from the first two updates of conjugate gradients, without a product of its own.</summary>
/// <remarks>
/// The updates leave <c>A p₀ = (r₀ − r₁) / α₀</c> and <c>A p₁ = (r₁ − r₂) / α₁</c>, so that p₀ᵀ(A p₁) and p₁ᵀ(A p₀) can be compared. The differences lose as
/// many digits as an update gains little: a symmetric matrix shows an asymmetry of about ε κ.
/// </remarks>
internal sealed class ConjugacyProbe
{
    private (LeafVector Direction, LeafVector Image)? _first;
    private bool _done;

    /// <summary>|p₀ᵀA p₁ − p₁ᵀA p₀| relative to the sum of ‖p₀‖‖A p₁‖ and ‖p₁‖‖A p₀‖; NaN before there are two updates.</summary>
    public double Asymmetry { get; private set; } = double.NaN;

    /// <summary>Observes an update.</summary>
    /// <param name="direction">p.</param>
    /// <param name="before">r.</param>
    /// <param name="after">The next r.</param>
    /// <param name="inverseStep">1/α = pᵀA p / rᵀr.</param>
    public void Observe(LeafVector direction, LeafVector before, LeafVector after, double inverseStep)
    {
        if (_done)
        {
            return;
        }

        LeafVector image = Tensor.Scalar(inverseStep) * (before - after);
        if (_first is not { } first)
        {
            _first = (direction, image);
            return;
        }

        double scale = (Norm(first.Direction) * Norm(image)) + (Norm(direction) * Norm(first.Image));
        double difference = Math.Abs(Dot(first.Direction, image) - Dot(direction, first.Image));
        Asymmetry = scale == 0 ? 0 : difference / scale;
        _done = true;
    }

    private static double Norm(LeafVector vector) => vector.Magnitude();

    private static double Dot(LeafVector left, LeafVector right) => LeafVector.Dot(left, right).ToScalar();
}
