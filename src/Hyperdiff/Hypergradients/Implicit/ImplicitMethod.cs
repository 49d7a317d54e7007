using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Implicit differentiation: solve the inner problem, then one linear system with the transposed Jacobian of its condition.</summary>
/// <remarks>
/// <code>
/// (I − Jᵀ) v = g,   ∇ℓ = h + Pᵀ v        for a fixed point, J = ∂Φ/∂w, P = ∂Φ/∂λ
/// H v = g,          ∇ℓ = h − Bᵀ v        for a minimum, H = ∂²f/∂w², B = ∂²f/∂w∂λ
/// Aᵀ v = g,         ∇ℓ = h − Cᵀ v        for a root, A = ∂c/∂w, C = ∂c/∂λ
/// </code>
/// with g = ∇_wF and h = ∇_λF. Costs one product with Jᵀ (or H) per iteration of the adjoint solver and one with Pᵀ, whatever the number of hyperparameters;
/// memory does not
/// grow with the number of inner iterations. Exact only at the inner solution: the error is proportional to the inner residual and to that of the adjoint.
/// Source: Bengio (2000), "Gradient-based optimization of hyperparameters", equation (13); Pedregosa (2016), "Hyperparameter optimization with approximate
/// gradient", algorithm 1.
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
    /// <param name="progress">Told of every residual of both solves, with their names, on the calling thread: a <see cref="ResidualHistory"/>, say. What it
    /// throws ends the solve.</param>
    /// <param name="cancellation">Ends the solves with <see cref="SolveStatus.Cancelled"/>.</param>
    /// <exception cref="InvalidOperationException">The adjoint is solved by a solver for symmetric systems, and the map is declared non-symmetric.</exception>
    public ImplicitHypergradient<TState, THyper> Compute<TState, THyper>(
        BilevelProblem<TState, THyper> problem, TState start, THyper hyper, TState? warm, IProgress<SolveProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return Differentiate(problem.Map.Function, problem.Outer, _inner ?? FixedPoint.Iterate(), (start, hyper, warm), new SolveWatch(cancellation, progress));
    }

    /// <summary>Solves the inner problem from a start and computes the hypergradient there.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">The first inner iterate.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="progress">Told of every residual of both solves, with their names, on the calling thread: a <see cref="ResidualHistory"/>, say. What it
    /// throws ends the solve.</param>
    /// <param name="cancellation">Ends the solves with <see cref="SolveStatus.Cancelled"/>.</param>
    public new ImplicitHypergradient<TState, THyper> Compute<TState, THyper>(
        BilevelProblem<TState, THyper> problem, TState start, THyper hyper, IProgress<SolveProgress>? progress = null,
        CancellationToken cancellation = default) =>
        Compute(problem, start, hyper, warm: default, progress, cancellation);

    /// <summary>Solves the inner problem from a start and computes the hypergradient there.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">The first inner iterate.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="warm">The first iterate of the adjoint solver, the adjoint of an earlier result; zero if absent.</param>
    /// <param name="progress">Told of every residual of both solves, with their names, on the calling thread: a <see cref="ResidualHistory"/>, say. What it
    /// throws ends the solve.</param>
    /// <param name="cancellation">Ends the solves with <see cref="SolveStatus.Cancelled"/>.</param>
    /// <exception cref="InvalidOperationException">The method has an inner solver of its own, and the problem brings its minimizer.</exception>
    public ImplicitHypergradient<TState, THyper> Compute<TState, THyper>(
        MinimizationProblem<TState, THyper> problem, TState start, THyper hyper, TState? warm = default, IProgress<SolveProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        RequireNoInnerSolver(problem.Inner.Minimizer.Name);
        return Differentiate(
            problem.Inner.Objective.Function, problem.Outer, problem.Inner.Minimizer, (start, hyper, warm), new SolveWatch(cancellation, progress));
    }

    /// <summary>Finds the root from a start and computes the hypergradient there.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">The first inner iterate.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="warm">The first iterate of the adjoint solver, the adjoint of an earlier result; zero if absent.</param>
    /// <param name="progress">Told of every residual of both solves, with their names, on the calling thread: a <see cref="ResidualHistory"/>, say. What it
    /// throws ends the solve.</param>
    /// <param name="cancellation">Ends the solves with <see cref="SolveStatus.Cancelled"/>.</param>
    /// <exception cref="InvalidOperationException">The method has an inner solver of its own, and the problem brings one.</exception>
    public ImplicitHypergradient<TState, THyper> Compute<TState, THyper>(
        RootProblem<TState, THyper> problem, TState start, THyper hyper, TState? warm = default, IProgress<SolveProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        RequireNoInnerSolver(problem.Inner.Method);
        return Differentiate(
            problem.Inner.Condition.Function, problem.Outer, problem.Inner.SolverFor(start, hyper), (start, hyper, warm),
            new SolveWatch(cancellation, progress));
    }

    private protected override HypergradientResult<TState, THyper> ComputeCore<TState, THyper>(
        BilevelProblem<TState, THyper> problem, TState start, THyper hyper, SolveWatch watch) =>
            Compute(problem, start, hyper, warm: default, watch.Progress, watch.Cancellation);

    private void RequireNoInnerSolver(string own)
    {
        if (_inner is not null)
        {
            throw new InvalidOperationException($"The problem is solved by its own {own}; leave out inner: {_inner.Name}, or make a problem of a map.");
        }
    }

    private ImplicitHypergradient<TState, THyper> Differentiate<TState, THyper>(
        IBoundFunction<TState, THyper> function,
        Objective<TState, THyper> outer,
        InnerSolver innerSolver,
        (TState Start, THyper Hyper, TState? Warm) point,
        SolveWatch watch)
    {
        using Work.Scope work = Work.Under(watch.Cancellation);
        LinearSolver adjointSolver = _adjoint ?? innerSolver.DefaultAdjoint;
        DeclaredStructure.Require(function, adjointSolver);
        FlatTree<TState> start = function.FlattenState(point.Start);
        FlatTree<THyper> hyper = function.FlattenHyper(point.Hyper);
        hyper.RequireActive("A hypergradient");
        InnerProblem problem = InnerProblem.Of(function, start, hyper);
        string innerName = $"inner, {innerSolver.Name} of {function.Name}";
        SolveWatch innerWatch = watch.Of(innerName);
        Axes hyperInputs = [.. hyper.Active.Select(i => start.Leaves.Length + i)];

        // a state that is given is judged by the linearization that is needed anyway
        ConditionDerivative? atStart = null;
        ConditionDerivative AtStart() => atStart ??= ConditionDerivative.At(innerSolver, problem, start.Tensors, hyperInputs);
        InnerSolution inner = innerSolver.Judge(problem, start.Tensors, () => (AtStart().Value, AtStart().Adjoint.Transpose()), innerWatch)
            ?? innerSolver.Solve(problem, start.Tensors, innerWatch);
        FlatTree<TState> state = function.FlattenState(start.Rebuild(inner.State));

        OuterDerivative outerDerivative = OuterDerivative.At(outer, state, hyper);
        ConditionDerivative condition = atStart ?? ConditionDerivative.At(innerSolver, problem, inner.State, hyperInputs);
        LinearSolution adjoint = adjointSolver.Solve(condition.Adjoint, outerDerivative.StateGradient, WarmStart.Of(start, function, point.Warm),
            watch.Of($"adjoint, {adjointSolver.Name}"));
        LinearSolution? unique = adjoint.Report.Status == SolveStatus.Singular
            ? SingularAdjoint.Of(condition, outerDerivative.StateGradient, adjointSolver, watch) : null;
        adjoint = unique ?? adjoint;
        Tensor[] indirect = condition.ToHyper(adjoint.Value);

        ErrorInterval error = ImplicitWarnings.Seen(inner.Report.Error, condition.Value, adjoint, outerDerivative.StateGradient);
        SolveReport innerReport = inner.Report with { Solver = innerName, Kind = innerSolver.KindOn(problem), Error = error };
        SolveReport adjointReport = adjoint.Report.Transposed() with { Solver = $"adjoint, {adjoint.Report.Solver}" };
        var parts = new HypergradientParts<TState, THyper>(
            outerDerivative.Value,
            start.Rebuild(inner.State),
            hyper.RebuildActive(outerDerivative.HyperGradient),
            hyper.RebuildActive(indirect),
            function.HyperTree,
            innerReport,
            [
                .. ImplicitWarnings.Of(hyper, outerDerivative.DependsOn, condition.DependsOn, innerReport, adjointReport, adjoint.Cause),
                .. inner.Notes.Select(note => new HypergradientWarning(WarningKind.NoDerivative, note)),
                .. ImplicitWarnings.OfSingularity(unique is not null),
                .. ImplicitWarnings.OfAsymmetry(adjoint, condition.Adjoint),
                .. UnusedHyperparameters.WithoutEffect(
                    hyper, [.. outerDerivative.DependsOn.Zip(condition.DependsOn, (o, i) => o || i)], outerDerivative.HyperGradient, indirect,
                    condition.ToHyper, adjoint.Value),
                .. outerDerivative.Warnings,
                .. KinkWarnings.Of(function.Name, innerSolver, condition.Problem, inner.State, hyperInputs),
                .. adjoint.Notes.Skip(1).Select(note => new HypergradientWarning(WarningKind.SolverFallback, $"the adjoint: {note}")),
            ]);
        return new ImplicitHypergradient<TState, THyper>(
            parts, new ImplicitPoint<TState, THyper>(function, outer, innerSolver, adjointSolver, state, hyper, adjoint.Value, adjointReport));
    }
}
