using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A method for <c>w* = argmin_w f(w, λ)</c>.</summary>
/// <remarks>A minimizer of one's own derives from this, with its settings as a record's, and is used wherever ours are: docs/own-solvers.md. Its status is the
/// library's: the error of what it returns is estimated, and the curvature there looked at, as for ours.</remarks>
public abstract record Minimizer : InnerSolver
{
    // of an f without any curvature, w₁⁴ − w₂⁴ say, which may rise along one of them
    private const int FlatDirections = 4;

    /// <summary>A minimizer.</summary>
    protected Minimizer()
    {
    }

    /// <summary>The most evaluations of f and products with its Hessian of one solve by a minimizer of the user's: where it asks for more it is ended, as
    /// <see cref="SolveStatus.MaxIterations"/>.</summary>
    protected internal virtual long MaxEvaluations => 100_000;

    /// <summary>
    /// Whether a solve that converged ends with a look at the curvature: up to eight products with H find a direction along which f curves downwards, if there
    /// is one that stands apart, and the status is <see cref="SolveStatus.NotAMinimum"/> then. Where they find a direction without curvature, gradients along
    /// it tell whether f falls there all the same, as w³ and −w⁴ do from 0; and one along −∇f, beyond the error that w may have, whether f falls on.
    /// </summary>
    public bool ChecksCurvature { get; init; } = true;

    /// <summary>Newton's method with inner conjugate gradients and a line search.</summary>
    /// <remarks>
    /// <code>
    /// H d = −∇f  up to ‖H d + ∇f‖ ≤ η ‖∇f‖,  η = min(½, √(‖∇f‖ / ‖∇f(w₀)‖)),   w ← w + t d
    /// </code>
    /// Converges superlinearly near a minimum with H ≻ 0, from everywhere for a convex f. Where H has a direction of negative curvature, the iterate of the
    /// conjugate gradients before it is used, and −∇f, in a length from the curvature along it, if there is none. Products are those with H.
    /// The residual is ‖∇f‖ at the state that is returned. Source: Nocedal and Wright (2006), "Numerical Optimization",
    /// doi:10.1007/978-0-387-40065-5, 2nd edition, algorithm 7.1 (line search Newton-CG). Differs from the
    /// source in the tolerance of the line search, which allows for rounding (<see cref="LineSearch"/>).
    /// </remarks>
    /// <param name="tolerance">For the estimated error of w, relative to the norm of each leaf; by the element type if absent. See
    /// <see cref="Tolerance"/>.</param>
    /// <param name="maxIterations">The most Newton updates.</param>
    /// <param name="absoluteTolerance">In the unit of w; 0 by default.</param>
    public static Minimizer NewtonCg(double? tolerance = null, int maxIterations = 100, double absoluteTolerance = 0) =>
        new NewtonCgMinimizer(Tolerance.Of(tolerance, absoluteTolerance), CheckedLimit(maxIterations));

    /// <summary>L-BFGS.</summary>
    /// <remarks>
    /// <code>
    /// d = −G ∇f,   w ← w + t d,    G from the last m pairs s = w⁺ − w, y = ∇f⁺ − ∇f:   G ← (I − ρ s yᵀ) G (I − ρ y sᵀ) + ρ s sᵀ,  ρ = 1/(sᵀy),  G₀ =
    /// (sᵀy/yᵀy) I
    /// </code>
    /// One gradient per update and per trial of the line search; memory is 2 m vectors, time 4 m inner products. Superlinear in practice near a minimum with H
    /// ≻ 0. The residual is ‖∇f‖ at the state that is returned. Source: Nocedal and Wright (2006), "Numerical Optimization", doi:10.1007/978-0-387-40065-5, 2nd
    /// edition, algorithms 7.4 and 7.5. The line search (<see cref="StrongWolfeSearch"/>) makes sᵀy positive, so that G stays definite. Differs from the source
    /// in that a pair is left out where rounding denies that, as in Li and Fukushima (2001), "On the global convergence of the BFGS method for nonconvex
    /// unconstrained optimization problems", doi:10.1137/S1052623499354242; and in the length of the first step, |f|/‖∇f‖.
    /// </remarks>
    /// <param name="memory">m, how many of the last steps are remembered, at least 1.</param>
    /// <param name="tolerance">For the estimated error of w, relative to the norm of each leaf; by the element type if absent. See
    /// <see cref="Tolerance"/>.</param>
    /// <param name="maxIterations">The most updates.</param>
    /// <param name="absoluteTolerance">In the unit of w; 0 by default.</param>
    public static Minimizer Lbfgs(int memory = 10, double? tolerance = null, int maxIterations = 10_000, double absoluteTolerance = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(memory, 1);
        return new LbfgsMinimizer(memory, Tolerance.Of(tolerance, absoluteTolerance), CheckedLimit(maxIterations));
    }

    /// <summary>Gradient descent.</summary>
    /// <remarks>
    /// For f with curvature between μ and L and η ≤ 1/L the error falls by 1 − ημ per update. One gradient per update; with backtracking, one evaluation per
    /// trial. The residual is ‖∇f‖ at the state that is returned.
    /// </remarks>
    /// <param name="stepSize">How long the steps are: <see cref="StepSize.Fixed"/>, <see cref="StepSize.FromSmoothness"/>,
    /// <see cref="StepSize.Backtracking"/>.</param>
    /// <param name="tolerance">For the estimated error of w, relative to the norm of each leaf; by the element type if absent. See
    /// <see cref="Tolerance"/>.</param>
    /// <param name="maxIterations">The most updates.</param>
    /// <param name="absoluteTolerance">In the unit of w; 0 by default.</param>
    public static Minimizer GradientDescent(StepSize stepSize, double? tolerance = null, int maxIterations = 100_000, double absoluteTolerance = 0)
    {
        ArgumentNullException.ThrowIfNull(stepSize);
        return new GradientDescentMinimizer(stepSize, Tolerance.Of(tolerance, absoluteTolerance), CheckedLimit(maxIterations));
    }

    /// <summary>Minimizes in <c>float32</c>, to the minimizer's tolerance in <c>float64</c>.</summary>
    /// <remarks>
    /// f itself is minimized in <c>float32</c> first; then corrections <c>H δ = −∇f(w)</c> by conjugate gradients, with ∇f and its derivative computed in
    /// <c>float64</c> and converted, scaled by a power of two. For objectives whose evaluation takes the time: it moves half of the memory. What
    /// <c>float32</c> does not hold, and objectives that have no form there (solves within, functions of the user's that read values), are minimized in
    /// <c>float64</c>; the report says what was done where.
    /// </remarks>
    /// <param name="inner">Minimizes f itself, and gives the tolerance; its limit of updates holds in <c>float32</c> and once more in <c>float64</c>. One of
    /// one's own is given vectors in <c>float32</c>.</param>
    public static Minimizer InFloat32(Minimizer inner) => new Float32Minimizer(Allowed.Given(inner, nameof(inner)));

    /// <summary>A minimizer that is a function: for one of one's own that has no settings, and in F#. What it must do is said at
    /// <see cref="Solve(ObjectiveOracle)"/>.</summary>
    /// <param name="name">The name in reports.</param>
    /// <param name="solve">Finds a minimum.</param>
    /// <param name="tolerance">For the estimated error of w, relative to the norm of each leaf; by the element type if absent. See
    /// <see cref="Tolerance"/>.</param>
    /// <param name="absoluteTolerance">In the unit of w; 0 by default.</param>
    public static Minimizer From(string name, Func<ObjectiveOracle, InnerSolution> solve, double? tolerance = null, double absoluteTolerance = 0) =>
        new FunctionMinimizer(Allowed.Given(name, nameof(name)), Allowed.Given(solve, nameof(solve)), Tolerance.Of(tolerance, absoluteTolerance));

    // at a minimum H is symmetric, and positive definite where the derivative exists
    internal override int UnitOfCondition => 1;

    internal sealed override LinearSolver DefaultAdjoint => LinearSolver.ConjugateGradient();

    /// <summary>R = ∇_w f(w, θ), so that ∂R/∂w = H.</summary>
    internal sealed override Graph Condition(InnerProblem problem) => GradientGraph(problem);

    private protected sealed override InnerSolution SolveProblem(InnerProblem problem, Tensor[] start, SolveWatch watch)
    {
        var oracle = new ObjectiveOracle(problem, start, watch);
        return Kind == SolverKind.GivenSolver ? oracle.Run(this) : Solve(oracle);
    }

    /// <summary>Finds a minimum: what a minimizer of one's own writes. It is not called where the start is one already, or f is not finite there.</summary>
    /// <param name="f">The objective, with the start.</param>
    /// <returns>What <see cref="InnerOracle.Solution"/> or <see cref="InnerOracle.GiveUp"/> makes.</returns>
    protected internal abstract InnerSolution Solve(ObjectiveOracle f);

    /// <summary>Whether f has fallen by more than its rounding.</summary>
    private protected static bool Gains(InnerProblem problem, double before, double after) => after < before - (problem.Epsilon * Math.Abs(before));

    /// <summary>A stationary point is not a minimum where f curves downwards along a direction that a few products find, or falls on beyond it.</summary>
    internal sealed override (SolveStatus Status, long Products, Func<double, double>? Slowest) Verify(ref ConditionProbe at, double error = 0)
    {
        if (!ChecksCurvature)
        {
            return (SolveStatus.Converged, 0, null);
        }

        (InnerProblem problem, (Tensor[] state, LeafVector gradient, LinearOperator hessian)) = (at.Problem, ConditionProbe.Derivative(ref at));
        CurvatureProbe.Finding found = Look(1);
        long products = found.Products;
        bool falls = found.IsNegative;
        var descent = new FurtherDescent(problem, state);
        if (!falls && found.Flat is { } flat)
        {
            falls = descent.FallsAlong(flat);
            for (int seed = 2; seed <= FlatDirections && found.IsZero && !falls; seed++)
            {
                falls = Look(seed) is { Flat: { } other } && descent.FallsAlong(other);
                products++;
            }
        }

        falls = falls || descent.FallsBeyond(gradient, error);
        return (falls ? SolveStatus.NotAMinimum : SolveStatus.Converged, products + descent.Evaluations, found.Slowest);

        CurvatureProbe.Finding Look(int seed) => CurvatureProbe.Look(hessian.InputTypes, hessian.Image, problem.Epsilon, seed: seed);
    }

    /// <summary><c>(w, θ) → ∇_w f</c>, in the active leaves.</summary>
    private protected static Graph GradientGraph(InnerProblem problem) =>
        Subgraph.Outputs(Derivatives.Gradient(problem.Graph, problem.Active), problem.Graph.Outputs.Length..);

    private static int CheckedLimit(int maxIterations)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxIterations);
        return maxIterations;
    }
}
