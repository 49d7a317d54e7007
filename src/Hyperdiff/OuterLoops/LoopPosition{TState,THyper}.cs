namespace Hyperdiff;

/// <summary>Where an outer loop is: all that its next step depends on, besides what the loop was made of.</summary>
/// <param name="State">w, from where the next solve begins.</param>
/// <param name="Hyper">λ, at which the next hypergradient is computed.</param>
internal abstract record LoopPosition<TState, THyper>(TState State, THyper Hyper);

/// <summary>Where a descent is.</summary>
/// <param name="At">Its state.</param>
/// <param name="Steps">Its step, traced.</param>
internal sealed record DescentPosition<TState, THyper>(DescentState<TState, THyper> At, DescentSteps<TState, THyper> Steps)
    : LoopPosition<TState, THyper>(At.State, At.Hyper)
{
    /// <summary>The part of the rates that the next step has: less than 1 after the loop was rolled back.</summary>
    public double Length { get; init; } = 1;

    /// <summary>How many steps in a row were not trusted.</summary>
    public int Failed { get; init; }

    /// <summary>Where the last trusted step was made, and with which part of the rates; null where there was none, or the loop does not roll back.</summary>
    public (DescentState<TState, THyper> Before, double Length)? Anchor { get; init; }
}
