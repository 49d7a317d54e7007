namespace CustomSolvers;

/// <summary>The iteration w ← w + ω (Φ(w) − w), whose ω follows from the last two residuals: Aitken's Δ² process for vectors.</summary>
/// <remarks>
/// <code>
/// ω ← −ω rᵀ(r⁺ − r) / ‖r⁺ − r‖²,   r = Φ(w) − w
/// </code>
/// Source: Irons and Tuck (1969), "A version of the Aitken accelerator for computer iteration".
/// </remarks>
/// <param name="Tolerance">For the estimated error of w, relative to the norm of each leaf.</param>
/// <param name="MaxIterations">The most updates.</param>
public sealed record AitkenIteration(Tolerance Tolerance, int MaxIterations = 1000) : FixedPointSolver(Tolerance, MaxIterations)
{
    /// <inheritdoc/>
    public override string Name => "Aitken's iteration";

    /// <inheritdoc/>
    protected override Func<LeafVector, LeafVector, double, LeafVector> Rule()
    {
        double omega = 1;
        LeafVector? last = null;
        return (w, image, _) =>
        {
            LeafVector residual = image - w;
            if (last is { } before)
            {
                LeafVector change = residual - before;
                double ratio = LeafVector.Dot(before, change).ToScalar() / LeafVector.Dot(change, change).ToScalar();
                omega = double.IsFinite(ratio) && ratio != 0 ? -omega * ratio : 1;
            }

            last = residual;
            return w + (omega * residual);
        };
    }
}
