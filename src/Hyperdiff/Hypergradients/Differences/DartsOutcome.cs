namespace Hyperdiff;

/// <summary>A hypergradient through one step, as leaves.</summary>
/// <param name="Parts">What every method computes.</param>
/// <param name="Product">How the product with the mixed derivative was computed.</param>
/// <param name="InStart">Computes the gradient in the initial state, the active leaves; null where the state does not depend on it.</param>
internal sealed record DartsOutcome(HypergradientParts Parts, MixedProductReport Product, Func<Checkpointing?, CancellationToken, Tensor[]>? InStart)
    : HypergradientOutcome(Parts)
{
    /// <inheritdoc/>
    public override SolveReport Further => Product.ToReport();
}
