namespace Hyperdiff;

/// <summary>A root finder that is a function of the user's.</summary>
/// <param name="Called">The name in reports.</param>
/// <param name="Function">Solves a problem.</param>
/// <param name="Tolerance">For the estimated error of w, relative to the norm of each leaf.</param>
internal sealed record FunctionRootSolver(string Called, Func<ConditionOracle, InnerSolution> Function, Tolerance Tolerance) : RootSolver(Tolerance)
{
    /// <inheritdoc/>
    public override string Name => Called;

    /// <inheritdoc/>
    protected internal override InnerSolution Solve(ConditionOracle c) => Function(c);

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Tolerance}";
}
