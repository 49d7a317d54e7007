using System.Globalization;

namespace Hyperdiff;

/// <summary>Computes <see cref="ErrorEstimate{THyper}"/>, whose remarks have the formula.</summary>
internal sealed class ErrorEstimation<THyper>
{
    // a solve that leaves more than this of its right-hand side is not a solve of that system: truncated series, ridge
    private const double Unsolved = 0.1;

    // the Newton step has to gain a digit, and what it does to the gradient has to be mostly the first order
    private const double NewtonGain = 0.1;
    private const double SecondOrder = 0.5;

    private readonly ImplicitPoint _point;
    private readonly LinearSolver _solver;
    private readonly CancellationToken _cancellation;
    private readonly double _epsilon;
    private readonly List<SolveReport> _reports = [];

    /// <summary>An estimation whose solves stop at a relative tolerance.</summary>
    public ErrorEstimation(ImplicitPoint point, LinearSolver? solver, double tolerance, CancellationToken cancellation)
    {
        DeclaredStructure.Require(point.Function, solver ?? point.AdjointSolver);
        _point = point;
        _cancellation = cancellation;
        _epsilon = point.State.Epsilon;

        // no absolute floor: right-hand sides are as small as the errors are
        LinearSolver asked = solver ?? point.AdjointSolver;
        _solver = asked with { Tolerance = new Tolerance(Math.Max(tolerance, 100 * _epsilon), 0) };
    }

    public ErrorEstimate<THyper> Estimate()
    {
        using Work.Scope work = Work.Under(_cancellation);
        Tensor[] state = _point.State.Tensors;
        InnerProblem problem = _point.Problem();
        ConditionDerivative condition = _point.Condition();
        LeafVector residual = problem.Call(_point.InnerSolver.Condition(problem), state);
        if (!double.IsFinite(Norm(residual)) || !double.IsFinite(Norm(_point.Adjoint)))
        {
            return Unavailable(EstimateStatus.NonFinite, "the inner residual or the adjoint is not finite");
        }

        // A δw = −R
        if (Solve("δw", condition.Adjoint.Transpose(), (-residual).Leaves, out Tensor[] shift) is { } failure)
        {
            return Unavailable(EstimateStatus.SolveFailed, failure);
        }

        // Aᵀ δv = r + D_w r[δw]
        (LeafVector r, LeafVector gradient, LeafVector residualChange, LeafVector gradientChange) = LagrangianGradient.Of(_point, _point.Point)
            .Along(state, _point.Adjoint, shift);
        LeafVector rightHandSide = r + residualChange;
        if (Solve("δv", condition.Adjoint, rightHandSide.Leaves, out Tensor[] adjointShift) is { } adjointFailure)
        {
            return Unavailable(EstimateStatus.SolveFailed, adjointFailure);
        }

        LeafVector correction = gradientChange + condition.ToHyper(adjointShift);
        double value = Norm(correction);
        return !double.IsFinite(value)
            ? Unavailable(EstimateStatus.NonFinite, "the correction is not finite")
            : Distrust(problem, residual, (shift, adjointShift), (Norm(rightHandSide), gradient, correction)) is { } distrust
            ? Unavailable(EstimateStatus.NotFirstOrder, distrust)
            : new ErrorEstimate<THyper>(EstimateStatus.Estimated, "first order in the shifts of state and adjoint", [.. _reports])
            {
                Value = value,
                Correction = ((FlatTree<THyper>)_point.Hyper).RebuildActive(correction.Leaves),
                StateShift = Norm(shift),
                Warnings = [.. Warnings(Norm(residualChange))],
            };
    }

    /// <summary>Why the first order is not to be trusted, if so: judged at the shifted point, and not by ‖δw‖ / ‖w‖ alone, which depends on where the origin
    /// is.</summary>
    private string? Distrust(
        InnerProblem problem, LeafVector residual, (LeafVector State, LeafVector Adjoint) shift,
        (double AdjointResidual, LeafVector Gradient, LeafVector Correction) first)
    {
        double moved = Norm(shift.State);
        double size = Norm(problem.ActiveOf(_point.State.Tensors));
        if (moved <= Math.Sqrt(_epsilon) * size)
        {
            return null;
        }

        Tensor[] state = problem.Replace(_point.State.Tensors, (new LeafVector(problem.ActiveOf(_point.State.Tensors)) + shift.State).Leaves);
        InnerProblem there = problem.At(state);
        double before = Norm(residual);
        double after = Norm(there.Call(_point.InnerSolver.Condition(there), state));
        if (!(after <= NewtonGain * before))
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"the state is about {moved:G3} from the solution, not small against its norm of {size:G3}: a Newton step takes the inner residual from "
                    + $"{before:G3} to {after:G3} only; solve the inner problem further");
        }

        (LeafVector r, LeafVector gradient) = LagrangianGradient.Of(_point, _point.Point.At(state)).At(state, (_point.Adjoint + shift.Adjoint).Leaves);
        double second = Norm(gradient - first.Gradient - first.Correction);
        return second <= SecondOrder * Norm(first.Correction) && Norm(r) <= SecondOrder * first.AdjointResidual
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"the correction of first order, {Norm(first.Correction):G3}, leaves a second order of {second:G3} and an adjoint residual of "
                    + $"{Norm(r):G3}; solve the inner problem further");
    }

    private string? Solve(string what, LinearOperator matrix, Tensor[] rightHandSide, out Tensor[] solution)
    {
        LinearSolution found = _solver.Solve(matrix, rightHandSide, null, _cancellation);
        solution = found.Value;
        _reports.Add(found.Report with { Solver = $"{what}, {found.Report.Solver}" });
        if (!found.Report.Converged)
        {
            return $"the solve for {what} failed: {found.Report}";
        }

        double scale = Norm(rightHandSide);
        double left = Norm(new LeafVector(rightHandSide) - matrix.Apply(solution));
        return left <= Unsolved * scale
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"the solve for {what} by {_solver.Name} leaves {left / scale:G3} of its right-hand side: it does not solve the adjoint system itself; pass a "
                    + $"solver that does");
    }

    private IEnumerable<HypergradientWarning> Warnings(double moved)
    {
        double tolerance = _point.AdjointReport.Tolerance;
        if (moved > tolerance && _point.AdjointReport.Converged)
        {
            yield return new HypergradientWarning(
                WarningKind.InnerResidual,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the error of the state changes the adjoint system by {moved:G3}, and the adjoint was solved to {tolerance:G3}: a tighter adjoint gains "
                        + $"nothing; solve the inner problem {moved / tolerance:G2} times further"));
        }
    }

    private ErrorEstimate<THyper> Unavailable(EstimateStatus status, string reason) => new(status, reason, [.. _reports]);

    private static double Norm(LeafVector vector) => vector.Magnitude();
}
