namespace Hyperdiff;

/// <summary>The adjoint system <c>Aᵀ v = g</c> at a state, with A = ∂R/∂w of the inner condition and g = ∂F/∂w; it is solved once.</summary>
internal sealed class AdjointSystem
{
    private readonly BilevelPoint _point;
    private LinearSolution? _solution;
    private double _gradient = double.NaN;

    private AdjointSystem(BilevelPoint point, ConditionDerivative condition, OuterDerivative outer) => (_point, Condition, Outer) = (point, condition, outer);

    /// <summary>A, and what leads from v to λ.</summary>
    public ConditionDerivative Condition { get; }

    /// <summary>F, g and the direct part.</summary>
    public OuterDerivative Outer { get; }

    public static AdjointSystem At(InnerSolver solver, InnerProblem problem, IBoundFunction outer, BilevelPoint point)
    {
        OuterDerivative derivative = OuterDerivative.At(outer, point);
        return new AdjointSystem(point, ConditionDerivative.At(solver, problem, point), derivative);
    }

    /// <summary>v.</summary>
    public LinearSolution Solve(LinearSolver solver, HypergradientOptions options, SolveWatch watch) => _solution ??= solver.Solve(
        Condition.Adjoint, Outer.StateGradient, options.WarmStart?.AdjointLike(_point.State), watch.Of($"adjoint, {solver.Name}"));

    /// <summary>‖g‖.</summary>
    public double GradientNorm => double.IsNaN(_gradient) ? _gradient = new LeafVector(Outer.StateGradient).Magnitude() : _gradient;

    /// <summary>‖v‖/‖g‖, a lower bound of ‖A⁻¹‖, and at least 1: of an error in w, a part is left by every step.</summary>
    public double Amplification(LinearSolver solver, HypergradientOptions options, SolveWatch watch) =>
        GradientNorm == 0 ? 1 : Math.Max(1, new LeafVector(Solve(solver, options, watch).Value).Magnitude() / GradientNorm);
}
