using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>What every method computes, before it is made a result.</summary>
internal sealed record HypergradientParts<TState, THyper>(
    double Value,
    TState State,
    THyper Direct,
    THyper Indirect,
    Tree<THyper> HyperTree,
    SolveReport InnerReport,
    ImmutableArray<HypergradientWarning> Warnings);
