using System.Globalization;

namespace Hyperdiff;

/// <summary>What is known of a minimization problem: that its objective is strongly convex and smooth, and how much its derivatives change.</summary>
public sealed record StrongConvexityBounds : ErrorBounds
{
    private const double Downwards = 1 - 1e-15;

    /// <summary>μ with H ⪰ μ I: the weight of a ridge penalty on all of w, for a convex loss.</summary>
    public double Convexity { get; init => field = Allowed.Finite(value, nameof(Convexity)); }

    /// <summary>L with H ⪯ L I.</summary>
    public double Smoothness { get; init => field = Bound(value); } = double.PositiveInfinity;

    internal override double Monotonicity => Convexity;

    internal override double Slope => Smoothness;

    internal override string WhyNot =>
        string.Create(CultureInfo.InvariantCulture, $"μ = {Convexity:G4} is not positive: the objective is not known to be strongly convex");

    /// <summary>The bounds of the map of gradient descent, w − η∇f: <c>q = max(|1 − ημ|, |1 − ηL|)</c>, and η times those of H and B.</summary>
    /// <param name="stepSize">η, in the unit parameter² per loss.</param>
    public ContractionBounds OfGradientDescent(double stepSize)
    {
        _ = Allowed.Positive(stepSize);

        // 1 − q, as small as it may be after a few roundings of each: q itself loses it near 1
        double gap = Math.Min(stepSize * Convexity * Downwards, 2 - (stepSize * Smoothness * (2 - Downwards)));
        return new ContractionBounds
        {
            Contraction = Math.Max(Math.Abs(1 - (stepSize * Convexity)), Math.Abs(1 - (stepSize * Smoothness))),
            Radius = Radius,
            HyperJacobian = stepSize * HyperJacobian,
            JacobianLipschitz = stepSize * JacobianLipschitz,
            HyperJacobianLipschitz = stepSize * HyperJacobianLipschitz,
            StateGradientLipschitz = StateGradientLipschitz,
            HyperGradientLipschitz = HyperGradientLipschitz,
            Gap = gap,
        };
    }
}
