using System.Collections.Immutable;
using System.Globalization;

namespace Hyperdiff;

/// <summary>What is to be said of a hypergradient by implicit differentiation, from the reports of its solves.</summary>
internal static class ImplicitWarnings
{
    /// <summary>Of unused hyperparameters, negative curvature, truncation, and an inner solve that did not converge.</summary>
    public static ImmutableArray<HypergradientWarning> Of(
        FlatTree hyper, ImmutableArray<bool> outer, ImmutableArray<bool> inner, (SolveReport Inner, SolveReport Adjoint) reports,
        BreakdownCause cause = BreakdownCause.None)
    {
        (SolveReport innerReport, SolveReport adjointReport) = reports;
        var warnings = ImmutableArray.CreateBuilder<HypergradientWarning>();
        warnings.AddRange(UnusedHyperparameters.Find(hyper, outer, inner));
        if (cause == BreakdownCause.Curvature)
        {
            warnings.Add(new HypergradientWarning(
                WarningKind.NegativeCurvature,
                "the adjoint met a direction that is not of positive curvature: w is not a strict minimum, or the system is not symmetric; use a solver for "
                    + "general matrices"));
        }

        if (double.IsPositiveInfinity(adjointReport.Tolerance) && adjointReport.Residual > 0)
        {
            warnings.Add(new HypergradientWarning(
                WarningKind.Truncated,
                string.Create(CultureInfo.InvariantCulture,
                    $"the {adjointReport.Solver}, was stopped after {adjointReport.Iterations} terms or updates, as was asked for, which leaves a residual of "
                        + $"{adjointReport.Residual:G3}")));
        }

        if (innerReport.Status == SolveStatus.NotAMinimum)
        {
            warnings.Add(new HypergradientWarning(WarningKind.NotAMinimum, $"the inner solution is not a minimum: {innerReport.Status.Describe()}"));
        }

        if (innerReport.Error.IsUnknown)
        {
            warnings.Add(new HypergradientWarning(
                WarningKind.UnknownError,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the inner residual is {innerReport.Residual:G3}, and its decrease does not show how far the inner solution is; solve the inner problem "
                        + $"further, or by a solver that does not need contraction")));
        }

        // a root that has no derivative is a root: going on would not help
        if (!innerReport.Converged && !(innerReport.Residual <= innerReport.Tolerance))
        {
            warnings.Add(new HypergradientWarning(
                WarningKind.InnerResidual,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the formula holds at the inner solution only, and the inner residual is {innerReport.Residual:G3} against a tolerance of "
                        + $"{innerReport.Tolerance:G3}; solve the inner problem further first")));
        }

        return warnings.ToImmutable();
    }

    /// <summary>Of a singular system whose solutions all give the same hypergradient.</summary>
    public static IEnumerable<HypergradientWarning> OfSingularity(bool isUnique)
    {
        if (isUnique)
        {
            yield return new HypergradientWarning(
                WarningKind.NotUnique,
                "the adjoint system is singular: the inner solution is not unique. The outer gradient and the mixed derivative lie in its range, so that "
                    + "every solution has this hypergradient; a regularising term would make the solution unique");
        }
    }

    /// <summary>Of a solver for symmetric systems on one that is not.</summary>
    /// <remarks>A symmetric system shows an asymmetry of about ε κ: √ε allows for κ up to 1/√ε.</remarks>
    public static IEnumerable<HypergradientWarning> OfAsymmetry(LinearSolution adjoint, LinearOperator matrix)
    {
        double epsilon = matrix.InputTypes.AsSpan().CoarsestEpsilon();
        if (adjoint.Asymmetry > Math.Sqrt(epsilon))
        {
            yield return new HypergradientWarning(
                WarningKind.Asymmetry,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the adjoint system is not symmetric (by {adjoint.Asymmetry:G2}, relatively), and {adjoint.Report.Solver} is for symmetric ones: it ends "
                        + $"as {adjoint.Report.Status} here, and may fail elsewhere; use LinearSolver.Gmres or LinearSolver.Auto"));
        }
    }
}
