using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>A bilevel problem, whatever the types of its structures.</summary>
public abstract class BilevelProblem
{
    private protected BilevelProblem()
    {
    }

    /// <summary>The methods that apply to this kind of problem, as they are made: <c>Hypergradient.Implicit</c>. All others are refused.</summary>
    public ImmutableArray<string> Methods() => Applicability.Methods(Kind);

    internal abstract ProblemKind Kind { get; }

    /// <summary>F, of the states of <see cref="Solved"/> or <see cref="Steps"/>.</summary>
    internal abstract IBoundFunction OuterFunction { get; }

    /// <summary>The inner function with its solver; null where there is none.</summary>
    internal virtual ISolvedFunction? Solved => null;

    /// <summary>The optimizer's steps; null where there are none.</summary>
    internal virtual UnrolledSteps? Steps => null;

    /// <summary>The ranks that an objective is across, or a map made of one; null if none is, or it is hidden within a function.</summary>
    internal virtual Ranks? Ranks => OuterFunction.Ranks ?? Solved?.Function.Ranks ?? Steps?.Map.Ranks;

    /// <summary>Whether a warm start is the memory of an optimizer: not where that is part of the state.</summary>
    internal virtual bool ReadsMemory => false;

    /// <summary>Φ for methods that differentiate its steps: a map, or an optimizer's steps.</summary>
    internal IBoundFunction Map => Steps?.Map ?? Solved!.Function;

    /// <summary>Whether the map is the same at every step, so that steps which grow tell of a map that does not contract.</summary>
    internal bool IsStationary => Steps is null;
}
