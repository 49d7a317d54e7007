namespace Hyperdiff;

/// <summary>Implicit differentiation: solve the inner problem, then one linear system with the transposed Jacobian of its condition.</summary>
/// <remarks>
/// <code>
/// (I − Jᵀ) v = g,   ∇ℓ = h + Pᵀ v        for a fixed point, J = ∂Φ/∂w, P = ∂Φ/∂λ
/// H v = g,          ∇ℓ = h − Bᵀ v        for a minimum, H = ∂²f/∂w², B = ∂²f/∂w∂λ
/// Aᵀ v = g,         ∇ℓ = h − Cᵀ v        for a root, A = ∂c/∂w, C = ∂c/∂λ
/// </code>
/// with g = ∇_wF and h = ∇_λF. Costs one product with Jᵀ (or H) per iteration of the adjoint solver and one with Pᵀ, whatever the number of hyperparameters;
/// memory does not grow with the number of inner iterations. Exact only at the inner solution: the error is proportional to the inner residual and to that of
/// the adjoint. Source: Bengio (2000), "Gradient-based optimization of hyperparameters", doi:10.1162/089976600300015187, equation (13); Pedregosa (2016),
/// "Hyperparameter optimization with approximate gradient", arXiv:1602.02355, algorithm 1.
/// </remarks>
public sealed partial class ImplicitMethod : HypergradientMethod
{
    private readonly LinearSolver? _adjoint;

    internal ImplicitMethod(LinearSolver? adjoint) => _adjoint = adjoint;

    /// <summary>Solves the adjoint systems; that of the inner solver if null.</summary>
    internal LinearSolver? AdjointSolver => _adjoint;

    private protected override string Name => nameof(Hypergradient) + ".Implicit";

    private protected override string Settings => _adjoint is null ? string.Empty : $"adjoint by {_adjoint.Name}";

    /// <summary>Solves the inner problem from a start and computes the hypergradient there.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">The first inner iterate.</param>
    /// <param name="hyper">The hyperparameters λ.</param>
    /// <param name="options">Warm start of the adjoint, progress, cancellation; none if absent.</param>
    /// <exception cref="ArgumentException">The problem has no condition to differentiate, or an option is given that the method does not read.</exception>
    /// <exception cref="InvalidOperationException">The adjoint is solved by a solver for symmetric systems, and the map is declared non-symmetric.</exception>
    public new ImplicitHypergradient<TState, THyper> Compute<TState, THyper>(
        BilevelProblem<TState, THyper> problem, TState start, THyper hyper, HypergradientOptions? options = null) =>
        new(problem, (ImplicitOutcome)Run(problem, start, hyper, options));

    private protected override OptionsRead Reads(BilevelProblem problem) => OptionsRead.Adjoint | OptionsRead.Progress;

    private protected override HypergradientOutcome ComputeCore(BilevelProblem problem, BilevelPoint point, HypergradientOptions options)
    {
        ISolvedFunction inner = problem.Solved!;
        return Differentiate(problem, inner.SolverAt(point), point, options);
    }

    /// <summary>Solves, and differentiates.</summary>
    /// <param name="given">The problem.</param>
    /// <param name="innerSolver">The solver.</param>
    /// <param name="start">The first inner iterate.</param>
    /// <param name="options">The options.</param>
    /// <param name="before">The report of a first solve, whose solution the adjoint has shown to be further off than it said: then the solve looks for slow
    /// modes itself, from that solution.</param>
    private ImplicitOutcome Differentiate(
        BilevelProblem given, InnerSolver innerSolver, BilevelPoint start, HypergradientOptions options, SolveReport? before = null)
    {
        (IBoundFunction function, IBoundFunction outer) = (given.Solved!.Function, given.OuterFunction);
        LinearSolver adjointSolver = _adjoint ?? innerSolver.DefaultAdjoint;
        DeclaredStructure.Require(function, adjointSolver);
        SolveWatch watch = options.Watch;
        var problem = InnerProblem.Of(function, start);
        string innerName = $"inner, {innerSolver.Name} of {function.Name}";
        SolveWatch innerWatch = watch.Of(innerName) with { AdjointFollows = before is null && AdjointEvidence.IsBy(adjointSolver) };

        // a state that is given is judged by what is needed anyway: the linearization there, and the adjoint, whose ‖v‖/‖g‖ is at most ‖A⁻¹‖
        AdjointSystem? atStart = null;
        AdjointSystem AtStart() => atStart ??= AdjointSystem.At(innerSolver, problem, outer, start);
        InnerSolution inner = innerSolver.Judge(
            problem, start.State.Tensors, (() => AtStart().Condition.Value, () => AtStart().Amplification(adjointSolver, options, watch)), innerWatch)
            ?? innerSolver.Solve(problem, start.State.Tensors, innerWatch);
        BilevelPoint point = start.At(inner.State);

        AdjointSystem system = atStart ?? AdjointSystem.At(innerSolver, problem, outer, point);
        (ConditionDerivative condition, OuterDerivative outerDerivative) = (system.Condition, system.Outer);
        LinearSolution adjoint = system.Solve(adjointSolver, options, watch);
        LinearSolution? unique = adjoint.Report.Status == SolveStatus.Singular
            ? SingularAdjoint.Of(condition, outerDerivative.StateGradient, adjointSolver, watch) : null;
        adjoint = unique ?? adjoint;
        Tensor[] indirect = condition.ToHyper(adjoint.Value);

        var evidence = new AdjointEvidence(innerSolver, system, adjoint, watch);
        ErrorInterval error = evidence.Of(inner.Report, before is not null);
        if (error.IsUnknown && inner.Report is { Converged: true, Iterations: > 0, Error.IsEstimated: true } && before is null)
        {
            return Differentiate(given, innerSolver, point, options, inner.Report with { Products = inner.Report.Products + evidence.Products });
        }

        SolveReport innerReport = inner.Report with
        {
            Iterations = inner.Report.Iterations + (before?.Iterations ?? 0),
            Products = inner.Report.Products + evidence.Products + (before?.Products ?? 0),
            Solver = inner.Named(innerName),
            Kind = innerSolver.KindOn(problem),
            Error = error,
        };
        SolveReport adjointReport = adjoint.Report.Transposed() with { Solver = $"adjoint, {adjoint.Report.Solver}" };
        var parts = new HypergradientParts(outerDerivative.Value, point, outerDerivative.HyperGradient, indirect, innerReport, [])
        {
            WarmStart = WarmStart.OfAdjoint(point.State, adjoint.Value, adjoint.Memory),
        };
        parts = parts with
        {
            Warnings =
            [
                .. ImplicitWarnings.Of(point.Hyper, outerDerivative.DependsOn, condition.DependsOn, (innerReport, adjointReport), adjoint.Cause),
                .. inner.Notes.Select(note => new HypergradientWarning(WarningKind.NoDerivative, note)),
                .. ImplicitWarnings.OfSingularity(unique is not null),
                .. ImplicitWarnings.OfAsymmetry(adjoint, condition.Adjoint),
                .. UnusedHyperparameters.WithoutEffect(parts, outerDerivative.DependsOnOr(condition.DependsOn), condition.ToHyper, adjoint.Value),
                .. outerDerivative.Warnings,
                .. KinkWarnings.Of(function.Name, innerSolver, condition.Problem, point),
                .. adjoint.Notes.Skip(1).Select(note => new HypergradientWarning(WarningKind.SolverFallback, $"the adjoint: {note}")),
            ],
        };
        return new ImplicitOutcome(parts, new ImplicitPoint(function, outer, innerSolver, adjointSolver, point, adjoint.Value, adjointReport));
    }

    /// <summary>The hypergradient by the problem's solver with other tolerances than its own.</summary>
    internal static ImplicitHypergradient<TState, THyper> Compute<TState, THyper>(
        SolvedProblem<TState, THyper> problem, (Func<InnerSolver, InnerSolver> Inner, LinearSolver Adjoint) tuned, (TState State, THyper Hyper) at,
        HypergradientOptions options)
    {
        BilevelPoint start = problem.PointAt(at.State, at.Hyper, null);
        start.Hyper.RequireActive("A hypergradient");
        InnerSolver inner = tuned.Inner(problem.Solved.SolverAt(start));
        return new(problem, new ImplicitMethod(tuned.Adjoint).Differentiate(problem, inner, start, options));
    }
}
