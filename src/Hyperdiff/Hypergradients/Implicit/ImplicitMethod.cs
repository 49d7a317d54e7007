using System.Collections.Immutable;
using System.Globalization;

namespace Hyperdiff;

/// <summary>Implicit differentiation: solve the inner problem, then one linear system with the transposed Jacobian of its condition.</summary>
/// <remarks>
/// <code>
/// (I − Jᵀ) v = g,   ∇ℓ = h + Pᵀ v        for a fixed point, J = ∂Φ/∂w, P = ∂Φ/∂λ
/// H v = g,          ∇ℓ = h − Bᵀ v        for a minimum, H = ∂²f/∂w², B = ∂²f/∂w∂λ
/// </code>
/// with g = ∇_wF and h = ∇_λF. Costs one product with Jᵀ (or H) per iteration of the adjoint solver and one with Pᵀ, whatever the number of hyperparameters; memory does not
/// grow with the number of inner iterations. Exact only at the inner solution: the error is proportional to the inner residual and to that of the adjoint.
/// Source: Bengio (2000), "Gradient-based optimization of hyperparameters", equation (13); Pedregosa (2016), "Hyperparameter optimization with approximate gradient", algorithm 1.
/// </remarks>
public sealed class ImplicitMethod : HypergradientMethod
{
    private readonly FixedPointSolver? _inner;
    private readonly LinearSolver? _adjoint;

    internal ImplicitMethod(FixedPointSolver? inner, LinearSolver? adjoint) => (_inner, _adjoint) = (inner, adjoint);

    /// <summary>Solves the inner problem from a start and computes the hypergradient there.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">The first inner iterate.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="warm">The first iterate of the adjoint solver, the adjoint of an earlier result; zero if absent.</param>
    /// <param name="cancellation">Ends the solves with <see cref="SolveStatus.Cancelled"/>.</param>
    public ImplicitHypergradient<TState, THyper> Compute<TState, THyper>(
        BilevelProblem<TState, THyper> problem, TState start, THyper hyper, TState? warm, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return Differentiate(problem.Map.Function, problem.Outer, _inner ?? FixedPoint.Iterate(), _adjoint ?? LinearSolver.FixedPoint(), (start, hyper, warm), cancellation);
    }

    /// <summary>Solves the inner problem from a start and computes the hypergradient there.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">The first inner iterate.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="cancellation">Ends the solves with <see cref="SolveStatus.Cancelled"/>.</param>
    public new ImplicitHypergradient<TState, THyper> Compute<TState, THyper>(
        BilevelProblem<TState, THyper> problem, TState start, THyper hyper, CancellationToken cancellation = default) =>
        Compute(problem, start, hyper, default, cancellation);

    /// <summary>Solves the inner problem from a start and computes the hypergradient there.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">The first inner iterate.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="warm">The first iterate of the adjoint solver, the adjoint of an earlier result; zero if absent.</param>
    /// <param name="cancellation">Ends the solves with <see cref="SolveStatus.Cancelled"/>.</param>
    /// <exception cref="InvalidOperationException">The method has an inner solver of its own, and the problem brings its minimizer.</exception>
    public ImplicitHypergradient<TState, THyper> Compute<TState, THyper>(
        MinimizationProblem<TState, THyper> problem, TState start, THyper hyper, TState? warm = default, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        if (_inner is not null)
        {
            throw new InvalidOperationException($"The problem is solved by its own {problem.Inner.Minimizer.Name}; leave out inner: {_inner.Name}, or make a problem of a map.");
        }

        return Differentiate(
            problem.Inner.Objective.Function, problem.Outer, problem.Inner.Minimizer, _adjoint ?? LinearSolver.ConjugateGradient(), (start, hyper, warm), cancellation);
    }

    private protected override HypergradientResult<TState, THyper> ComputeCore<TState, THyper>(
        BilevelProblem<TState, THyper> problem, TState start, THyper hyper, CancellationToken cancellation) => Compute(problem, start, hyper, default, cancellation);

    private static ImplicitHypergradient<TState, THyper> Differentiate<TState, THyper>(
        IBoundFunction<TState, THyper> function,
        Objective<TState, THyper> outer,
        InnerSolver innerSolver,
        LinearSolver adjointSolver,
        (TState Start, THyper Hyper, TState? Warm) point,
        CancellationToken cancellation)
    {
        FlatTree<TState> start = function.FlattenState(point.Start);
        FlatTree<THyper> hyper = function.FlattenHyper(point.Hyper);
        InnerProblem problem = InnerProblem.Of(function, start, hyper);
        InnerSolution inner = innerSolver.Solve(problem, start.Tensors, cancellation);
        FlatTree<TState> state = function.FlattenState(start.Rebuild(inner.State));

        OuterDerivative outerDerivative = OuterDerivative.At(outer, state, hyper);
        Axes hyperInputs = [.. hyper.Active.Select(i => start.Leaves.Length + i)];
        ConditionDerivative condition = ConditionDerivative.At(innerSolver, problem, inner.State, hyperInputs);
        LinearSolution adjoint = adjointSolver.Solve(condition.Adjoint, outerDerivative.StateGradient, Warm(start, function, point.Warm), cancellation);
        Tensor[] indirect = condition.ToHyper(adjoint.Value);

        SolveReport innerReport = inner.Report with { Solver = $"inner, {innerSolver.Name} of {function.Name}" };
        SolveReport adjointReport = adjoint.Report.Transposed() with { Solver = $"adjoint, {adjoint.Report.Solver}" };
        var parts = new HypergradientParts<TState, THyper>(
            outerDerivative.Value,
            start.Rebuild(inner.State),
            hyper.RebuildActive(outerDerivative.HyperGradient),
            hyper.RebuildActive(indirect),
            function.HyperTree,
            innerReport,
            [
                .. Warnings(hyper, outerDerivative.DependsOn, condition.DependsOn, innerReport, adjointReport),
                .. Asymmetry(adjoint, condition.Adjoint),
                .. adjoint.Notes.Skip(1).Select(note => new HypergradientWarning(WarningKind.SolverFallback, $"the adjoint: {note}")),
            ]);
        return new ImplicitHypergradient<TState, THyper>(
            parts, new ImplicitPoint<TState, THyper>(function, outer, innerSolver, adjointSolver, state, hyper, adjoint.Value, adjointReport));
    }

    private static Tensor[]? Warm<TState, THyper>(FlatTree<TState> start, IBoundFunction<TState, THyper> function, TState? warm)
    {
        // an absent structure of a value type is not null: it is its default, whose leaves are
        if (warm is null || EqualityComparer<TState>.Default.Equals(warm, default))
        {
            return null;
        }

        FlatTree<TState> flat = function.FlattenState(warm);
        start.RequireSameLeaves(flat, "warm");
        return [.. flat.Active.Select(i => flat.Tensors[i])];
    }

    // a symmetric system shows an asymmetry of about ε κ: √ε allows for κ up to 1/√ε
    private static IEnumerable<HypergradientWarning> Asymmetry(LinearSolution adjoint, LinearOperator matrix)
    {
        double epsilon = matrix.InputTypes.Select(type => type.DType.Epsilon()).DefaultIfEmpty(DType.Float64.Epsilon()).Max();
        if (adjoint.Asymmetry > Math.Sqrt(epsilon))
        {
            yield return new HypergradientWarning(
                WarningKind.Asymmetry,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the adjoint system is not symmetric (by {adjoint.Asymmetry:G2}, relatively), and conjugate gradients are for symmetric ones: they end as {adjoint.Report.Status} here, and may fail elsewhere; use LinearSolver.Gmres or LinearSolver.Auto"));
        }
    }

    private static ImmutableArray<HypergradientWarning> Warnings<THyper>(
        FlatTree<THyper> hyper, ImmutableArray<bool> outer, ImmutableArray<bool> inner, SolveReport innerReport, SolveReport adjointReport)
    {
        var warnings = ImmutableArray.CreateBuilder<HypergradientWarning>();
        warnings.AddRange(UnusedHyperparameters.Find(hyper, outer, inner));
        if (adjointReport.Status == SolveStatus.Breakdown)
        {
            warnings.Add(new HypergradientWarning(
                WarningKind.NegativeCurvature, "the adjoint met a direction that is not of positive curvature: w is no strict minimum, or the system is not symmetric; use a solver for general matrices"));
        }

        if (double.IsPositiveInfinity(adjointReport.Tolerance) && adjointReport.Residual > 0)
        {
            warnings.Add(new HypergradientWarning(
                WarningKind.Truncated,
                string.Create(CultureInfo.InvariantCulture, $"the {adjointReport.Solver}, is an approximation: it leaves a residual of {adjointReport.Residual:G3}")));
        }

        if (!innerReport.Converged)
        {
            warnings.Add(new HypergradientWarning(
                WarningKind.InnerResidual,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the formula holds at the inner solution only, and the inner residual is {innerReport.Residual:G3} against a tolerance of {innerReport.Tolerance:G3}; solve the inner problem further first")));
        }

        return warnings.ToImmutable();
    }
}
