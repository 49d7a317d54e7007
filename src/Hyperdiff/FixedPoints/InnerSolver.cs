using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>A method for an inner problem, as an immutable value: a fixed-point iteration, a minimizer or a root finder. It knows nothing of differentiation.</summary>
/// <remarks>
/// What the derivative needs of it is only the <em>condition</em> that the solution satisfies, <c>R(w, θ) = 0</c>: <c>w − Φ(w, θ)</c> for a fixed point, <c>∇_w f(w, θ)</c>
/// for a minimum, c(w, θ) itself for a root. The residual that its report gives is ‖R‖ at the state that is returned.
/// </remarks>
public abstract record InnerSolver
{
    private protected InnerSolver()
    {
    }

    /// <summary>The name in reports.</summary>
    public abstract string Name { get; }

    /// <summary>What its reports are of.</summary>
    internal abstract SolverKind Kind { get; }

    /// <summary>For the residual of the condition; the scale of its relative part is the solver's.</summary>
    public abstract Tolerance Tolerance { get; init; }

    /// <summary>Solves with ∂R/∂w and its transpose where the caller does not say what does: a solver that asks no more of the problem than this one.</summary>
    internal virtual LinearSolver DefaultAdjoint => LinearSolver.Auto();

    /// <summary>What its reports are of on a problem.</summary>
    internal virtual SolverKind KindOn(InnerProblem problem) => Kind;

    /// <summary>The graph <c>(w, θ) → R(w, θ)</c>, one output per active leaf of w.</summary>
    internal abstract Graph Condition(InnerProblem problem);

    /// <summary>What a start counts as, judged by its condition alone, for a solver that makes no step; null for all others.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">All leaves of the state.</param>
    /// <param name="condition">Gives R at the start; not asked for unless it is needed.</param>
    /// <param name="watch">The solve.</param>
    internal virtual InnerSolution? Judge(InnerProblem problem, Tensor[] start, Func<Tensor[]> condition, SolveWatch watch) => null;

    /// <summary>Solves the problem from a start.</summary>
    internal abstract InnerSolution Solve(InnerProblem problem, Tensor[] start, SolveWatch watch);
}
