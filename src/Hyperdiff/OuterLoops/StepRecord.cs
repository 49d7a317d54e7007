using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>What one step of an outer loop was, as plain data: what watches a loop is told this, whatever the structures of the problem. A loop of one's own
/// can make them too.</summary>
/// <remarks>All numbers are those at λ, before the step moved it.</remarks>
public sealed record StepRecord
{
    private readonly bool? _isTrusted;

    /// <summary>k, the number of steps before this one: 0 at the start.</summary>
    public required int Step { get; init; }

    /// <summary>F(w, λ).</summary>
    public required double Value { get; init; }

    /// <summary>‖∇ℓ(λ)‖ over the whole structure, before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>The estimated norm of the error of ∇ℓ, in the unit of the gradient; NaN where it was not estimated.</summary>
    public double GradientError { get; init; } = double.NaN;

    /// <summary>What the loop's validation function returned; null at the steps at which it was not asked.</summary>
    public double? Validation { get; init; }

    /// <summary>What became of the step.</summary>
    public StepOutcome Outcome { get; init; }

    /// <summary>How often the hypergradient was computed before it was used or given up: more than 1 where tolerances were tightened.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>All solves that the hypergradient rests on, converged or not.</summary>
    public ImmutableArray<SolveReport> Reports { get; init; } = [];

    /// <summary>What the user should know.</summary>
    public ImmutableArray<HypergradientWarning> Warnings { get; init; } = [];

    /// <summary>λ, leaf by leaf, with names.</summary>
    public ImmutableArray<Leaf> Hyper { get; init; } = [];

    /// <summary>The wall time of the run until the step was done. No part of what is reproducible.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Whether the gradient could be used: value and gradient are finite, and all solves converged, or what they left undone is known to be small
    /// enough.</summary>
    public bool IsTrusted
    {
        get => _isTrusted ?? (double.IsFinite(Value) && double.IsFinite(GradientNorm) && Reports.All(report => report.Converged));
        init => _isTrusted = value;
    }
}
