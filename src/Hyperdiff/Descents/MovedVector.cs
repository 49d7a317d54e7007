namespace Hyperdiff;

/// <summary>A vector that a step moved along a direction that was measured.</summary>
/// <param name="From">Where it was.</param>
/// <param name="To">Where it is.</param>
/// <param name="Directions">The norm of each leaf of the direction; of several steps, of the last one.</param>
internal sealed record MovedVector(LeafVector From, LeafVector To, Tensor Directions)
{
    /// <summary>The norms of each leaf: of the direction, of the step and of the vector before it.</summary>
    public Tensor[] Numbers => [Directions, StepTrace.LeafNorms(To - From), StepTrace.LeafNorms(From)];
}
