using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>Minimizes in <c>float32</c>, and keeps to the tolerance in <c>float64</c>: half of the memory to move and twice the numbers per instruction, for
/// objectives whose evaluation takes the time.</summary>
/// <remarks>
/// <code>
/// H₃₂ δ = −2ᵏ ∇f(w),   w ← w + 2⁻ᵏ δ
/// </code>
/// First f itself is minimized in <c>float32</c> by the minimizer within, then corrections by conjugate gradients, with H linearized at w in <c>float64</c> and
/// converted. One gradient with its derivative per correction is in <c>float64</c>, and so are states and what is judged. Data are converted once and kept as
/// long as they live. The report says how many corrections and products were made, and why the rest was left to <c>float64</c>, if it was. A minimizer that
/// counts updates (tolerance 0), and states in <c>float32</c>, are the minimizer within's as they are.
/// </remarks>
internal sealed record Float32Minimizer : Minimizer
{
    /// <inheritdoc/>
    internal override bool IsValue => Inner.IsValue;

    public Float32Minimizer(Minimizer inner) => (Inner, ChecksCurvature, StopsOnSuspicion) = (inner, inner.ChecksCurvature, inner.StopsOnSuspicion);

    /// <summary>Minimizes f itself.</summary>
    public Minimizer Inner { get; private init; }

    /// <inheritdoc/>
    public override string Name => $"{Inner.Name} in float32";

    /// <inheritdoc/>
    public override Tolerance Tolerance
    {
        get => Inner.Tolerance;
        init => Inner = Inner with { Tolerance = value };
    }

    internal override SolverKind Kind => SolverKind.CorrectionRounds;

    internal override SolverKind KindOn(InnerProblem problem) => Inner.KindOn(problem);

    /// <inheritdoc/>
    protected internal override InnerSolution Solve(ObjectiveOracle f) =>
        new Rounds(this, Inner with { ChecksCurvature = ChecksCurvature, StopsOnSuspicion = StopsOnSuspicion }, f.Problem, f.Watch).Run(f.StartState);

    private sealed class Rounds : Float32Rounds
    {
        private const int MaxIterations = 1000;

        // of what is asked for, what a correction may leave; and what is worth one
        private const double Margin = 0.5;
        private const double LeastGain = 0.1;

        private readonly Graph _gradient;
        private Graph? _hessian;

        public Rounds(Minimizer solver, Minimizer inner, InnerProblem problem, SolveWatch watch)
            : base(solver, inner, problem, watch) => _gradient = GradientGraph(problem);

        protected override bool IsMap => false;

        protected override bool Prepare() =>
            (_hessian = Precision.Narrowed(OperatorGraph.Of(Linearization.Of(_gradient, Problem.Active), Problem.ActiveTypes))) is not null;

        protected override Float32Point At(Tensor[] state)
        {
            LinearMap map = LinearMap.At(_gradient, [.. state, .. Problem.Parameters], Problem.Active);
            return new Float32Point(state, state, -new LeafVector(map.Outputs), map, null);
        }

        protected override SolveReport Correction(Float32Point at, double threshold, out LeafVector correction)
        {
            var hessian = new LinearOperator(_hessian!, [.. at.Map.Residuals.ToArray().Select(Precision.Narrowed)]);
            var by = new ConjugateGradientSolver(new Tolerance(Float32Solver.GainFor(Math.Min(LeastGain, Margin * threshold / at.Size)), 0), MaxIterations);
            LinearSolution found = by.Solve(hessian, Narrowed(at.Left, at.Size), null, Cancellation);
            correction = Widened(found.Value, at.Size);
            return found.Report;
        }

        protected override InnerSolver Remaining(InnerSolver by) => by;
    }
}
