namespace Hyperdiff;

/// <summary>A hypergradient from minibatches, as leaves.</summary>
/// <param name="Parts">What every method computes.</param>
/// <param name="Adjoint">v, the active leaves.</param>
/// <param name="AdjointReport">How it was iterated.</param>
/// <param name="StandardError">That of the averages over minibatches.</param>
internal sealed record StochasticOutcome(HypergradientParts Parts, Tensor[] Adjoint, SolveReport AdjointReport, double StandardError)
    : HypergradientOutcome(Parts)
{
    /// <inheritdoc/>
    public override SolveReport Further => AdjointReport;
}
