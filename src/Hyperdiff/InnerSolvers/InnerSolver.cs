using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>A method for an inner problem, as an immutable value: a fixed-point iteration, a minimizer or a root finder. It knows nothing of
/// differentiation.</summary>
/// <remarks>
/// What the derivative needs of it is only the <em>condition</em> that the solution satisfies, <c>R(w, θ) = 0</c>: <c>w − Φ(w, θ)</c> for a fixed point, <c>∇_w
/// f(w, θ)</c> for a minimum, c(w, θ) itself for a root. The residual that its report gives is ‖R‖ at the state that is returned.
/// </remarks>
public abstract record InnerSolver
{
    private protected InnerSolver()
    {
    }

    /// <summary>The name in reports.</summary>
    public abstract string Name { get; }

    /// <summary>What its reports are of; those of the user's are measured by the library.</summary>
    internal virtual SolverKind Kind => SolverKind.GivenSolver;

    /// <summary>Whether it is its settings and nothing else, so that an equal one does the same; one that holds a function or an object of the user's is
    /// not.</summary>
    internal virtual bool IsValue => Kind != SolverKind.GivenSolver;

    /// <summary>What it is called in messages: its type, and its name.</summary>
    internal string Title => $"{GetType().Name} ({Name})";

    /// <summary>For the estimated error of w: its relative part is relative to the norm of each leaf, its absolute part in the unit of w. With both 0, as many
    /// updates are made as are allowed.</summary>
    public abstract Tolerance Tolerance { get; init; }

    /// <summary>
    /// Whether an iteration that seems to grow for ever ends as <see cref="SolveStatus.Diverged"/>: its residual has grown by 1/ε, and products with its
    /// Jacobian show an eigenvalue above 1. That is a strong suspicion and no proof, since Φ or f may bend elsewhere; without it only a number that is not
    /// finite ends such a solve, or its limit.
    /// </summary>
    public bool StopsOnSuspicion { get; init; } = true;

    /// <summary>Solves with ∂R/∂w and its transpose where the caller does not say what does: a solver that asks no more of the problem than this one.</summary>
    internal virtual LinearSolver DefaultAdjoint => LinearSolver.Auto();

    /// <summary>What its reports are of on a problem.</summary>
    internal virtual SolverKind KindOn(InnerProblem problem) => Kind;

    /// <summary>The unit of R as a power of that of w, for <see cref="LeafUnits"/>: 0 where the condition is the caller's.</summary>
    internal virtual int UnitOfCondition => 0;

    /// <summary>The graph <c>(w, θ) → R(w, θ)</c>, one output per active leaf of w.</summary>
    internal abstract Graph Condition(InnerProblem problem);

    /// <summary>Looks at a state that was found for what its residual does not show; products with ∂R/∂w, and evaluations of R, are counted.</summary>
    /// <param name="at">The state; what was computed there is left in it.</param>
    /// <param name="error">The most that its error is by the estimate; 0 where there is none.</param>
    /// <returns>Also what computes the smallest singular value of ∂R/∂w, 0 where it was not found; null where it was not looked for.</returns>
    internal virtual (SolveStatus Status, long Products, Func<double, double>? Slowest) Verify(ref ConditionProbe at, double error = 0) =>
        (SolveStatus.Converged, 0, null);

    /// <summary>What a start counts as, judged by its condition, for a solver that makes no step; null for all others.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">All leaves of the state.</param>
    /// <param name="measured">R at the start, and a measure of ‖A⁻¹‖, with A = ∂R/∂w: the error is that times ‖R‖ with its rounding. Neither is asked for
    /// unless it is needed.</param>
    /// <param name="watch">The solve.</param>
    internal virtual InnerSolution? Judge(
        InnerProblem problem, Tensor[] start, (Func<Tensor[]> Condition, Func<double> Amplification) measured, SolveWatch watch) => null;

    /// <summary>Solves the problem from a start; what does not depend on the state is computed once.</summary>
    internal InnerSolution Solve(InnerProblem problem, Tensor[] start, SolveWatch watch)
    {
        InnerProblem apart = problem.WithoutInvariants();
        return Telemetry.IsSolveWatched ? Told(apart, start, watch) : SolveProblem(apart, start, watch);
    }

    /// <summary>Solves the problem from a start.</summary>
    private protected abstract InnerSolution SolveProblem(InnerProblem problem, Tensor[] start, SolveWatch watch);

    // apart, so that a solve that nobody listens to makes no closure
    private InnerSolution Told(InnerProblem problem, Tensor[] start, SolveWatch watch) => Telemetry.Solve(
        watch.Solve.Length > 0 ? watch.Solve : "inner", () => SolveProblem(problem, start, watch),
        solution => watch.Solve.Length > 0 ? solution.Report with { Solver = watch.Solve } : solution.Report);
}
