
namespace Hyperdiff;

/// <summary>Fixed points: methods to find them, and the fixed point as a differentiable value.</summary>
public static partial class FixedPoint
{
    /// <summary>The iteration <c>w ← Φ(w, λ)</c>.</summary>
    /// <remarks>
    /// Converges from everywhere if Φ is a contraction, linearly with its factor. Source: Banach (1922), "Sur les opérations dans les ensembles abstraits",
    /// theorem
    /// 6.
    /// </remarks>
    /// <param name="tolerance">For the estimated error of w, relative to the norm of each leaf; by the element type if absent. See
    /// <see cref="Tolerance"/>.</param>
    /// <param name="absoluteTolerance">In the unit of w; 0 by default.</param>
    /// <param name="maxIterations">The most updates.</param>
    public static FixedPointSolver Iteration(double? tolerance = null, double absoluteTolerance = 0, int maxIterations = 10_000) =>
        new FixedPointIteration(Tolerance.Of(tolerance, absoluteTolerance), Checked(maxIterations));

    /// <summary>The damped iteration <c>w ← (1 − τ) w + τ Φ(w, λ)</c>.</summary>
    /// <remarks>
    /// Has the fixed points of Φ. Its Jacobian is (1 − τ) I + τ J: it converges near a fixed point if every eigenvalue of J has a real part below 1 and τ is
    /// small enough, also where Φ itself rotates or alternates; every nonexpansive map is reached with τ = ½. Source: Krasnosel'skii (1955), "Two remarks on
    /// the method of successive approximations". </remarks>
    /// <param name="damping">τ, above 0 and at most 1.</param>
    /// <param name="tolerance">For the estimated error of w, relative to the norm of each leaf; by the element type if absent. See
    /// <see cref="Tolerance"/>.</param>
    /// <param name="absoluteTolerance">In the unit of w; 0 by default.</param>
    /// <param name="maxIterations">The most updates.</param>
    public static FixedPointSolver Damped(double damping, double? tolerance = null, double absoluteTolerance = 0, int maxIterations = 10_000)
    {
        return new DampedIteration(Allowed.PositiveUpTo(1, damping), Tolerance.Of(tolerance, absoluteTolerance), Checked(maxIterations));
    }

    /// <summary>Anderson acceleration.</summary>
    /// <remarks>
    /// <code>
    /// α = argmin ‖Σ αᵢ rᵢ‖² + ρ‖α‖²  with Σ αᵢ = 1,    w ← Σ αᵢ (wᵢ + β rᵢ),    rᵢ = Φ(wᵢ) − wᵢ
    /// </code>
    /// Converges where the iteration does not (rotations), and near a solution about as fast per evaluation as GMRES on its linearization. One evaluation of Φ
    /// per update; memory is 2 m states. Source: Anderson (1965), "Iterative procedures for nonlinear integral equations", doi:10.1145/321296.321305; Walker
    /// and Ni (2011), "Anderson acceleration for fixed-point iterations", doi:10.1137/10078356X, algorithm AA. Differs from the source in two points: ρ, 1e-14
    /// of the largest ‖rᵢ‖², without which residuals that are multiples of each other make the small problem singular; and a safeguard, which forgets the past
    /// and goes on from the best Φ(w) when a residual is ten times the best.
    /// </remarks>
    /// <param name="window">m, how many iterates are mixed, at least 1.</param>
    /// <param name="mixing">β, above 0: how much of the residual is added; 1 for the images Φ(w) themselves.</param>
    /// <param name="tolerance">For the estimated error of w, relative to the norm of each leaf; by the element type if absent. See
    /// <see cref="Tolerance"/>.</param>
    /// <param name="absoluteTolerance">In the unit of w; 0 by default.</param>
    /// <param name="maxIterations">The most updates.</param>
    public static FixedPointSolver Anderson(int window = 5, double mixing = 1, double? tolerance = null, double absoluteTolerance = 0,
        int maxIterations = 10_000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        return new AndersonIteration(window, Allowed.Positive(mixing), Tolerance.Of(tolerance, absoluteTolerance), Checked(maxIterations));
    }

    /// <summary>Broyden's method.</summary>
    /// <remarks>
    /// <code>
    /// w ← w − G r,    G ← G + (s − G y) sᵀG / (sᵀG y),    s = w⁺ − w,  y = r⁺ − r,    G₀ = I
    /// </code>
    /// The first update is that of the iteration w ← Φ(w). Converges superlinearly near a solution with I − J nonsingular, without contraction. One evaluation
    /// of Φ per update; memory is 2 m vectors: G is I and m outer products, and begins again as I when they are full. Source: Broyden (1965), "A class of
    /// methods for solving nonlinear simultaneous equations", doi:10.1090/S0025-5718-1965-0198670-6, equation (4.12), the first ("good") update; G by the
    /// formula of Sherman and Morrison. Differs from the source in a safeguard, which begins again with G = I from the best Φ(w) when a residual is ten times
    /// the best, and in leaving out an update whose denominator is below 1e-8 of ‖s‖ ‖G y‖.
    /// </remarks>
    /// <param name="memory">m, the most updates of the inverse Jacobian that are kept, at least 1.</param>
    /// <param name="tolerance">For the estimated error of w, relative to the norm of each leaf; by the element type if absent. See
    /// <see cref="Tolerance"/>.</param>
    /// <param name="absoluteTolerance">In the unit of w; 0 by default.</param>
    /// <param name="maxIterations">The most updates.</param>
    public static FixedPointSolver Broyden(int memory = 30, double? tolerance = null, double absoluteTolerance = 0, int maxIterations = 10_000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(memory, 1);
        return new BroydenIteration(memory, Tolerance.Of(tolerance, absoluteTolerance), Checked(maxIterations));
    }

    /// <summary>Iterates in <c>float32</c>, to the solver's tolerance in <c>float64</c>.</summary>
    /// <remarks>
    /// Φ itself is iterated in <c>float32</c> first; then corrections <c>δ = J δ + (Φ(w) − w)</c>, with Φ(w) − w and its derivative computed in <c>float64</c>
    /// and converted, scaled by a power of two. For maps whose evaluation takes the time: it moves half of the memory. What <c>float32</c> does not hold, and
    /// maps that have no form there (solves within, functions of the user's that read values), are iterated in <c>float64</c>; the report says what was done
    /// where.
    /// </remarks>
    /// <param name="inner">Gives the rule, the tolerance and the limit of updates, in <c>float32</c> and <c>float64</c> together. A rule of one's own is given
    /// vectors in <c>float32</c>.</param>
    public static FixedPointSolver InFloat32(FixedPointSolver inner) => new Float32FixedPointSolver(Allowed.Given(inner, nameof(inner)));

    /// <summary>A solver whose rule is a function: for one of one's own that has no settings, and in F#.</summary>
    /// <param name="name">The name in reports.</param>
    /// <param name="rule">Makes a rule for one solve, from w, Φ(w) and ‖Φ(w) − w‖ to the next w; what the rule remembers is of that solve.</param>
    /// <param name="tolerance">For the estimated error of w, relative to the norm of each leaf; by the element type if absent. See
    /// <see cref="Tolerance"/>.</param>
    /// <param name="absoluteTolerance">In the unit of w; 0 by default.</param>
    /// <param name="maxIterations">The most updates.</param>
    public static FixedPointSolver From(string name, Func<Func<LeafVector, LeafVector, double, LeafVector>> rule, double? tolerance = null,
        double absoluteTolerance = 0, int maxIterations = 10_000) =>
        new FunctionFixedPointSolver(Allowed.Given(name, nameof(name)), Allowed.Given(rule, nameof(rule)), Tolerance.Of(tolerance, absoluteTolerance),
            Checked(maxIterations));

    /// <summary>Pairs a map with the method that finds its fixed point in w.</summary>
    /// <param name="map">The map Φ(w, λ).</param>
    /// <param name="by">The method.</param>
    public static FixedPointFinding<TState, THyper> SolvedBy<TState, THyper>(this FixedPointMap<TState, THyper> map, FixedPointSolver by)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(by);
        return new FixedPointFinding<TState, THyper>(map, by);
    }

    /// <summary>The fixed point w*(λ) as a value that can be differentiated in λ, in any mode and to any order.</summary>
    /// <param name="finding">The map and the method that finds its fixed point.</param>
    /// <param name="start">The first iterate; the derivative in it is zero.</param>
    /// <param name="hyper">The hyperparameters λ.</param>
    /// <param name="adjoint">Solves <c>(I − Jᵀ) v = g</c> in reverse mode. If absent: the fixed-point iteration where that found the fixed point, and
    /// <see cref="LinearSolver.Auto"/>, which needs no contraction, where another method did.</param>
    /// <param name="tangent">Solves <c>(I − J) ẇ = P λ̇</c> in forward mode; like the adjoint if absent.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    /// <exception cref="SolveException">The solve did not converge. Inside a transformation its result carries the report, or throws.</exception>
    public static TState Of<TState, THyper>(
        FixedPointFinding<TState, THyper> finding, TState start, THyper hyper, LinearSolver? adjoint = null, LinearSolver? tangent = null,
        CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(finding);
        return finding.Differentiable(start, hyper, adjoint, tangent);
    }

    /// <summary>The fixed point of a map by its own iteration, <see cref="Iteration"/>, as a differentiable value.</summary>
    /// <param name="map">The map Φ(w, λ).</param>
    /// <param name="start">The first iterate; the derivative in it is zero.</param>
    /// <param name="hyper">The hyperparameters λ.</param>
    /// <param name="adjoint">Solves <c>(I − Jᵀ) v = g</c> in reverse mode; the fixed-point iteration if absent.</param>
    /// <param name="tangent">Solves <c>(I − J) ẇ = P λ̇</c> in forward mode; like the adjoint if absent.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    /// <exception cref="SolveException">The solve did not converge. Inside a transformation its result carries the report, or throws.</exception>
    public static TState Of<TState, THyper>(
        FixedPointMap<TState, THyper> map, TState start, THyper hyper, LinearSolver? adjoint = null, LinearSolver? tangent = null,
        CancellationToken cancellation = default) => Of(map.SolvedBy(Iteration()), start, hyper, adjoint, tangent, cancellation);

    /// <summary>Finds a fixed point of a map by its own iteration, <see cref="Iteration"/>, and says how far it got; by another method with
    /// <see cref="SolvedBy"/>.</summary>
    /// <param name="map">The map Φ(w, λ).</param>
    /// <param name="start">The first iterate.</param>
    /// <param name="hyper">The hyperparameters λ.</param>
    /// <param name="progress">Told of every residual, on the calling thread: a <see cref="ResidualHistory"/>, say. What it throws ends the solve.</param>
    /// <param name="cancellation">Ends the iteration with <see cref="SolveStatus.Cancelled"/>.</param>
    public static Solution<TState> Solve<TState, THyper>(
        this FixedPointMap<TState, THyper> map, TState start, THyper hyper, IProgress<SolveProgress>? progress = null,
            CancellationToken cancellation = default) =>
        map.SolvedBy(Iteration()).Solve(start, hyper, progress, cancellation);

    private static int Checked(int maxIterations)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxIterations);
        return maxIterations;
    }
}
