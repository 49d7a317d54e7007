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

    /// <summary>All leaves of w.</summary>
    public Tensor[] State => _point.State.Tensors;

    /// <summary>v.</summary>
    public LinearSolution Solve(LinearSolver solver, HypergradientOptions options, SolveWatch watch) => _solution ??= solver.Solve(
        Condition.Adjoint, Outer.StateGradient, options.WarmStart?.AdjointLike(_point.State), watch.Of($"adjoint, {solver.Name}"),
        memory: options.WarmStart?.Memory);

    /// <summary>‖g‖.</summary>
    public double GradientNorm => double.IsNaN(_gradient) ? _gradient = new LeafVector(Outer.StateGradient).Magnitude() : _gradient;

    /// <summary>A measure of ‖A⁻¹‖, at least 1: of an error in w, a part is left by every step. It is ‖v‖/‖g‖, which is at hand; a series that was cut off
    /// before it had most of v does not tell that, nor does g = 0, and then it is ‖A⁻¹R‖/‖R‖, by products with A, where these are enough of it.</summary>
    public double Amplification(LinearSolver solver, HypergradientOptions options, SolveWatch watch)
    {
        if (GradientNorm > 0 && Solve(solver, options, watch) is var solved && solved.Report.Residual <= ConditionProbe.Accuracy * GradientNorm)
        {
            return Math.Max(1, new LeafVector(solved.Value).Magnitude() / GradientNorm);
        }

        LeafVector residual = ConditionProbe.WithRounding(Condition.Value, Condition.Problem.ActiveOf(_point.State.Tensors));
        double size = residual.Magnitude();
        double[]? error = size > 0 ? ConditionProbe.Correction(Condition.Adjoint.Transpose(), residual, watch.Cancellation) : [0];
        return error is null ? double.PositiveInfinity : Math.Max(1, error.Aggregate(0.0, double.Hypot) / (size > 0 ? size : 1));
    }
}
