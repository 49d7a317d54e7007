namespace Hyperdiff;

/// <summary>Where a descent is.</summary>
/// <param name="At">Its state.</param>
/// <param name="Steps">Its step, traced.</param>
internal sealed record DescentPosition<TState, THyper>(DescentState<TState, THyper> At, DescentSteps<TState, THyper> Steps)
    : LoopPosition<TState, THyper>(At.State, At.Hyper);
