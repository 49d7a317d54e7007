namespace Hyperdiff;

/// <summary>Where a loop along hypergradients is.</summary>
/// <param name="State">w, from where the next solve begins.</param>
/// <param name="Hyper">λ.</param>
/// <param name="Outer">The optimizer, over λ without bounds.</param>
/// <param name="Warm">What else the next hypergradient goes on from; null if nothing.</param>
internal sealed record HypergradientPosition<TState, THyper>(TState State, THyper Hyper, OptimizerState<THyper> Outer, WarmStart? Warm)
    : LoopPosition<TState, THyper>(State, Hyper)
{
    /// <summary>What moves λ, in words.</summary>
    public required string Mover { get; init; }

    /// <summary>What coupled solves remember.</summary>
    public CoupledMemory Coupled { get; init; } = CoupledMemory.First;

    /// <summary>The part of a step that is made: less than 1 after the loop was rolled back.</summary>
    public double Length { get; init; } = 1;

    /// <summary>How many steps in a row were not trusted.</summary>
    public int Failed { get; init; }

    /// <summary>Where the loop can be rolled back to: where the last trusted step was made, and along what; null where there was none, or the loop does not
    /// roll back.</summary>
    public (HypergradientPosition<TState, THyper> Before, THyper Gradient)? Anchor { get; init; }
}
