namespace Hyperdiff;

/// <summary>A hypergradient that was estimated from random samples, as leaves.</summary>
/// <param name="Parts">What every method computes.</param>
/// <param name="Report">The estimate as a report.</param>
/// <param name="StandardError">That of every element, the active leaves.</param>
internal sealed record EstimatedOutcome(HypergradientParts Parts, SolveReport Report, Tensor[] StandardError) : HypergradientOutcome(Parts)
{
    /// <inheritdoc/>
    public override SolveReport Further => Report;
}
