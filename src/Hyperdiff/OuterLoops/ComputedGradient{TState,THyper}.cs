using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Hyperdiff;

/// <summary>What came of computing one hypergradient.</summary>
/// <param name="Hypergradient">The hypergradient; null where an exception was all.</param>
/// <param name="State">w, where the solve ended.</param>
/// <param name="Warm">What else another one goes on from.</param>
/// <param name="IsTrusted">Whether λ may be moved along it.</param>
internal sealed record ComputedGradient<TState, THyper>(
    HypergradientResult<TState, THyper>? Hypergradient, TState State, WarmStart? Warm, bool IsTrusted)
{
    /// <summary>All solves.</summary>
    public required ImmutableArray<SolveReport> Reports { get; init; }

    /// <summary>The evidence in words, for messages.</summary>
    [AllowNull]
    public string Description
    {
        get => field ?? $"{Hypergradient}";
        private init;
    }

    /// <summary>What coupled solves go on from.</summary>
    public CoupledMemory Coupled { get; private init; } = CoupledMemory.First;

    /// <summary>The estimated error; NaN without one.</summary>
    public double Error { get; private init; } = double.NaN;

    /// <summary>How often it was computed.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>F.</summary>
    public double Value => Hypergradient?.Value ?? double.NaN;

    public ImmutableArray<HypergradientWarning> Warnings => Hypergradient?.Warnings ?? [];

    /// <summary>Whether another solve may begin where this one ended.</summary>
    public bool CanGoOn => Hypergradient is { } found && found.StateIsFinite;

    public bool InnerConverged => Hypergradient?.InnerReport.Converged == true;

    public bool AdjointConverged => Hypergradient is ImplicitHypergradient<TState, THyper> { AdjointReport.Converged: true };

    /// <summary>A hypergradient by itself.</summary>
    public static ComputedGradient<TState, THyper> Of(HypergradientResult<TState, THyper> found, CoupledMemory coupled) =>
        new(found, found.State, WarmOf(found), found.Converged) { Reports = found.Reports, Coupled = coupled };

    /// <summary>One by coupled solves.</summary>
    public static ComputedGradient<TState, THyper> Of(CoupledGradient<TState, THyper> coupled)
    {
        ImplicitHypergradient<TState, THyper> found = coupled.Hypergradient;
        return new(found, found.State, found.WarmStart, coupled.Status is null && found.IsFinite)
        {
            Reports = found.Reports,
            Description = coupled.Failed is null && coupled.Status is { } status
                ? $"{status}: its error could not be brought below the share that Coupled asks for.\n{found}" : null,
            Coupled = coupled.Next,
            Error = coupled.Error,
            Attempts = coupled.Evaluations,
        };
    }

    // a series of so many terms is defined from zero: from elsewhere it is another estimate
    private static WarmStart? WarmOf(HypergradientResult<TState, THyper> found) =>
        found is ImplicitHypergradient<TState, THyper> { AdjointReport.Tolerance: double.PositiveInfinity } ? null : found.WarmStart;

    /// <summary>A solve that failed within an objective, or a matrix that has no factors.</summary>
    public static ComputedGradient<TState, THyper> Of(Exception exception, HypergradientPosition<TState, THyper> at) => new(null, at.State, at.Warm, false)
    {
        Reports = (exception as SolveException)?.Reports ?? [],
        Description = exception.Message,
        Coupled = at.Coupled,
    };
}
