namespace Hyperdiff;

/// <summary>A step of an outer loop that was made.</summary>
/// <param name="Record">What it was, without what only the run knows.</param>
/// <param name="State">w as the inner problem was left at λ.</param>
/// <param name="Hyper">λ, before the step.</param>
/// <param name="Next">Where the loop is after it.</param>
internal sealed record MadeStep<TState, THyper>(StepRecord Record, TState State, THyper Hyper, LoopPosition<TState, THyper> Next)
{
    /// <summary>The hypergradient; null where the rule computes none.</summary>
    public HypergradientResult<TState, THyper>? Hypergradient { get; init; }

    /// <summary>∇ℓ(λ), of all samples that were accumulated; null where the rule computes none.</summary>
    public THyper? Gradient { get; init; }
}
