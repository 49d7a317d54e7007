using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>A hypergradient by coupled solves.</summary>
/// <param name="Hypergradient">The hypergradient.</param>
/// <param name="Estimate">The estimate of its error, if one was made here.</param>
/// <param name="Next">What the solves at the next λ begin with.</param>
/// <param name="Solves">All solves, those of estimates and of attempts that were too inaccurate included.</param>
internal sealed record CoupledGradient<TState, THyper>(
    ImplicitHypergradient<TState, THyper> Hypergradient, ErrorEstimate<THyper>? Estimate, CoupledMemory Next, ImmutableArray<SolveReport> Solves)
{
    /// <summary>How many hypergradients were computed.</summary>
    public int Evaluations { get; init; }

    /// <summary>The estimated error; NaN if there is none.</summary>
    public double Error { get; init; } = double.NaN;

    /// <summary>How it ended if it is not accurate enough; null if it is, or is at its rounding.</summary>
    public SolveStatus? Status { get; init; }

    /// <summary>Whether no tighter solve makes it more accurate, though it is not as accurate as was asked for.</summary>
    public bool IsAtRounding => Status is null && Next.IsAtRounding;

    /// <summary>The solve that failed, if one did.</summary>
    public SolveReport? Failed { get; init; }
}
