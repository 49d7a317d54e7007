namespace Hyperdiff;

/// <summary>A fixed-point solver whose rule is a function of the user's.</summary>
/// <param name="Called">The name in reports.</param>
/// <param name="NewRule">A rule for one solve.</param>
/// <param name="Tolerance">For the estimated error of w, relative to the norm of each leaf.</param>
/// <param name="MaxIterations">The most updates.</param>
internal sealed record FunctionFixedPointSolver(string Called, Func<Func<LeafVector, LeafVector, double, LeafVector>> NewRule, Tolerance Tolerance,
    int MaxIterations) : FixedPointSolver(Tolerance, MaxIterations)
{
    /// <inheritdoc/>
    public override string Name => Called;

    /// <inheritdoc/>
    protected override Func<LeafVector, LeafVector, double, LeafVector> Rule() => NewRule();

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Tolerance}";
}
