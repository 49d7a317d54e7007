namespace Hyperdiff;

/// <summary>A hypergradient by implicit differentiation, as leaves.</summary>
/// <param name="Parts">What every method computes.</param>
/// <param name="Point">Where it was taken, and how.</param>
internal sealed record ImplicitOutcome(HypergradientParts Parts, ImplicitPoint Point) : HypergradientOutcome(Parts)
{
    /// <inheritdoc/>
    public override SolveReport Further => Point.AdjointReport;
}
