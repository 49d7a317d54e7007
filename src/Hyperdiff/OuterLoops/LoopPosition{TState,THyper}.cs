namespace Hyperdiff;

/// <summary>Where an outer loop is: all that its next step depends on, besides what the loop was made of.</summary>
/// <param name="State">w, from where the next solve begins.</param>
/// <param name="Hyper">λ, at which the next hypergradient is computed.</param>
internal abstract record LoopPosition<TState, THyper>(TState State, THyper Hyper);
