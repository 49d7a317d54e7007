using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>The vectors that a step takes and makes.</summary>
/// <param name="State">w, the active leaves.</param>
/// <param name="Hyper">λ, the active leaves.</param>
/// <param name="Memory">What the method remembers besides.</param>
internal sealed record StepPoint(LeafVector State, LeafVector Hyper, ImmutableArray<LeafVector> Memory);
