using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>Iterates in <c>float32</c>, and keeps to the tolerance in <c>float64</c>: half of the memory to move and twice the numbers per instruction, for
/// maps whose evaluation takes the time.</summary>
/// <remarks>
/// <code>
/// δ = J₃₂ δ + 2ᵏ (Φ(w) − w),   w ← w + 2⁻ᵏ δ
/// </code>
/// First Φ itself is iterated in <c>float32</c>, then each correction, with J = ∂Φ/∂w linearized at w in <c>float64</c> and converted; both by the rule of the
/// solver within. One evaluation of Φ with its derivative per correction is in <c>float64</c>, and so are residuals, states and what is judged. Data are
/// converted once and kept as long as they live. The report says how many corrections and products were made, and why the rest was left to
/// <c>float64</c>, if it was. A solver that counts updates (tolerance 0), and states in <c>float32</c>, are the solver within's as they are.
/// </remarks>
internal sealed record Float32FixedPointSolver : FixedPointSolver
{
    /// <inheritdoc/>
    internal override bool IsValue => Inner.IsValue;

    public Float32FixedPointSolver(FixedPointSolver inner)
        : base(inner.Tolerance, inner.MaxIterations) => (Inner, StopsOnSuspicion) = (inner, inner.StopsOnSuspicion);

    /// <summary>Its rule is iterated; tolerance and limit are this solver's.</summary>
    public FixedPointSolver Inner { get; }

    /// <inheritdoc/>
    public override string Name => $"{Inner.Name} in float32";

    internal override SolverKind Kind => SolverKind.CorrectionRounds;

    internal override LinearSolver DefaultAdjoint => Inner.DefaultAdjoint;

    internal override SolverKind KindOn(InnerProblem problem) => Inner.KindOn(problem);

    /// <inheritdoc/>
    protected override Func<LeafVector, LeafVector, double, LeafVector> Rule() => Inner.RuleOfOneSolve();

    private protected override InnerSolution SolveProblem(InnerProblem problem, Tensor[] start, SolveWatch watch)
    {
        FixedPointSolver inner = Inner with { Tolerance = Tolerance, MaxIterations = MaxIterations, StopsOnSuspicion = StopsOnSuspicion };
        return MaxIterations == 0 ? inner.Solve(problem, start, watch) : new Rounds(this, inner, problem, watch).Run(start);
    }

    private sealed class Rounds : Float32Rounds
    {
        // of what is asked for, what a correction may leave
        private const double Margin = 0.5;

        private readonly FixedPointSolver _solver;
        private readonly FixedPointSolver _inner;
        private readonly Graph _next;
        private Graph? _correction;

        public Rounds(FixedPointSolver solver, FixedPointSolver inner, InnerProblem problem, SolveWatch watch)
            : base(solver, inner, problem, watch)
        {
            (_solver, _inner) = (solver, inner);
            _next = Subgraph.Outputs(problem.Graph, ..problem.States);
        }

        protected override bool IsMap => true;

        protected override bool Prepare() => (_correction = CorrectionGraph()) is not null;

        protected override Float32Point At(Tensor[] state)
        {
            LinearMap map = LinearMap.At(_next, [.. state, .. Problem.Parameters], Problem.Active);
            Tensor[] w = Problem.ActiveOf(state);
            return new Float32Point(state, map.Outputs, new LeafVector(Problem.ActiveOf(map.Outputs)) - w, map, ConditionProbe.LeafNorms(w));
        }

        protected override SolveReport Correction(Float32Point at, double threshold, out LeafVector correction)
        {
            // the correction is as large as the error: it is accurate enough where its own is what w may have
            double asked = at.Norms!.Min(norm => _solver.Tolerance.At(norm, Problem.Epsilon));
            Tensor[] left = Narrowed(at.Left, at.Size);
            var system = new InnerProblem(_correction!, left.Length, new Axes([.. Enumerable.Range(0, left.Length)]),
                [.. left, .. at.Map.Residuals.ToArray().Select(Precision.Narrowed)]);
            InnerSolver by = Remaining(_inner) with { Tolerance = new Tolerance(null, Margin * asked * Math.ScaleB(1, -ExponentOf(at.Size))) };
            InnerSolution found = by.Solve(system, Array.ConvertAll(left, Tensor.ZerosLike), Cancellation);
            correction = Widened(found.State, at.Size);
            return found.Report;
        }

        protected override InnerSolver Remaining(InnerSolver by) =>
            (FixedPointSolver)by with { MaxIterations = Math.Max(0, _solver.MaxIterations - Iterations) };

        /// <summary><c>(δ, r, residuals) → J₃₂ δ + r</c>; null if there is none.</summary>
        private Graph? CorrectionGraph()
        {
            LinearizedGraph linearized = Linearization.Of(_next, Problem.Active);
            int[] positions = [.. Problem.Active.Items.Select(i => linearized.ActiveOutputs.IndexOf(i))];
            return Precision.Narrowed(linearized.Tangent)?.Derive(new CorrectionKey(positions), graph =>
            {
                int leaves = positions.Length;
                TensorType[] types = [.. graph.Inputs.Select(input => input.Type)];
                return Simplification.Of(TracedFunction.Of(
                    operands =>
                    {
                        Tensor[] moved = graph.Call([.. operands[..leaves], .. operands[(2 * leaves)..]]).Outputs;
                        return [.. positions.Select((at, i) => at < 0 ? operands[leaves + i] : moved[at] + operands[leaves + i])];
                    },
                    [.. types[..leaves], .. types]).Graph);
            });
        }
    }

    private readonly record struct CorrectionKey(Axes Positions) : IDerivation<Graph>;
}
