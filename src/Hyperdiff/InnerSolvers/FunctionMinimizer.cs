namespace Hyperdiff;

/// <summary>A minimizer that is a function of the user's.</summary>
/// <param name="Called">The name in reports.</param>
/// <param name="Function">Solves a problem.</param>
/// <param name="Tolerance">For the estimated error of w, relative to the norm of each leaf.</param>
internal sealed record FunctionMinimizer(string Called, Func<ObjectiveOracle, InnerSolution> Function, Tolerance Tolerance) : Minimizer
{
    /// <inheritdoc/>
    public override string Name => Called;

    /// <inheritdoc/>
    protected internal override InnerSolution Solve(ObjectiveOracle f) => Function(f);

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Tolerance}";
}
