using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Descent in λ along implicit hypergradients that are only as accurate as pays off: their inner and adjoint tolerances are coupled to the outer
/// progress.</summary>
/// <remarks>
/// <code>
/// solve both to tolerances τ, from the last w and v;   while error estimate &gt; θ max(‖∇ℓ‖, tolerance):  tighten τ;   λ ← step of the optimizer along ∇ℓ
/// </code>
/// The error is estimated (<see cref="ErrorEstimate{THyper}"/>, by solves to two digits) at the start, wherever the gradient has halved since, and before
/// convergence is claimed; then it is below
/// θ times the tolerance. In between τ follows the gradient, in proportion to the errors that the estimate belonged to. Where the estimate is unavailable, τ is
/// tightened as well; never below what rounding permits. Source: Pedregosa (2016), "Hyperparameter optimization with approximate gradient", algorithm 1.
/// Differs from the source in that the tolerances follow from the estimate and not from a sequence chosen beforehand, and that both are absolute: the inner one
/// in the unit of w, that of the adjoint in the unit of its residual.
/// </remarks>
/// <param name="Optimizer">Turns hypergradients into steps.</param>
public sealed record HypergradientDescent(Optimizer Optimizer)
{
    /// <summary>Turns hypergradients into steps.</summary>
    public Optimizer Optimizer
    {
        get;
        init => field = Allowed.Given(value, nameof(Optimizer));
    }

    = Allowed.Given(Optimizer, nameof(Optimizer));

    private const double FirstTolerance = 0.1;

    // well below the digit that an estimate's own test of the first order asks for
    private const double EstimateTolerance = 0.01;

    private const double Halved = 0.5;
    private const double Aim = 0.5;
    private const double MostTightening = 1e-3;
    private const int Tightenings = 20;

    // an error of nothing would loosen them without end
    private const double MostLoosening = 1e6;

    /// <summary>Solves the adjoint systems; as in <see cref="Hypergradient.Implicit"/> if absent. Its tolerance is not used.</summary>
    public LinearSolver? Adjoint { get; init; }

    /// <summary>For ‖∇ℓ‖, in its unit.</summary>
    public double Tolerance
    {
        get;
        init => field = Allowed.NonNegative(value, nameof(Tolerance));
    }

    = 1e-6;

    /// <summary>The most steps.</summary>
    public int MaxSteps
    {
        get;
        init => field = Allowed.AtLeast(0, value, nameof(MaxSteps));
    }

    = 1000;

    /// <summary>θ, the share of the gradient that its error may be.</summary>
    public double ErrorShare
    {
        get;
        init => field = Allowed.Positive(value, nameof(ErrorShare));
    }

    = 0.1;

    /// <summary>Descends from λ.</summary>
    /// <param name="problem">The problem; the tolerance of its solver is not used.</param>
    /// <param name="start">The first inner iterate.</param>
    /// <param name="hyper">The first λ.</param>
    /// <param name="cancellation">Ends the solves.</param>
    public OuterSolution<TState, THyper> Minimize<TState, THyper>(
        SolvedProblem<TState, THyper> problem, TState start, THyper hyper, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        InnerSolver inner = problem.Solved.SolverAt(problem.PointAt(start, hyper, null));
        LinearSolver adjoint = Adjoint ?? inner.DefaultAdjoint;
        return Descend(
            problem.HyperTree,
            (start, hyper),
            (state, at, warm, to) => ImplicitMethod.Compute(
                problem, adjoint with { Tolerance = to.Adjoint }, (state, at), solver =>
                    Coupled(solver, to.Inner), new HypergradientOptions { WarmStart = warm, Cancellation = cancellation }),
            inner,
            cancellation);
    }

    // a look at the curvature costs products, and an inexact solution shows none
    private static InnerSolver Coupled(InnerSolver solver, Tolerance tolerance) =>
        solver is Minimizer minimizer ? minimizer with { Tolerance = tolerance, ChecksCurvature = false } : solver with { Tolerance = tolerance };

    private OuterSolution<TState, THyper> Descend<TState, THyper>(
        Tree<THyper> tree,
        (TState State, THyper Hyper) start,
        Func<TState, THyper, WarmStart?, (Tolerance Inner, Tolerance Adjoint), ImplicitHypergradient<TState, THyper>> compute,
        InnerSolver solver,
        CancellationToken cancellation)
    {
        using Work.Scope work = Work.Under(cancellation);
        OptimizerState<THyper> outer = Optimizer.Start(start.Hyper, tree);
        (TState state, WarmStart? warm) = (start.State, null);
        (Tolerance Inner, Tolerance Adjoint) to = (new Tolerance(FirstTolerance, 0), new Tolerance(FirstTolerance, 0));
        ErrorEstimate<THyper>? error = null;
        (int evaluations, int tightened) = (0, 0);
        ImplicitHypergradient<TState, THyper>? estimated = null;
        (long products, long transposed) = (0, 0);
        while (true)
        {
            ImplicitHypergradient<TState, THyper> g = compute(state, outer.Parameters, warm, to);
            evaluations++;
            Count(g.Reports);
            (state, warm) = (g.State, g.WarmStart);
            double norm = g.GradientNorm;

            // a solve that stagnates has gone as far as rounding lets it: whether that is far enough, the estimate tells
            if (g.Reports.FirstOrDefault(report => report.Status is not (SolveStatus.Converged or SolveStatus.Stagnated)) is { } failed)
            {
                return End(g, failed.Status, norm, failed);
            }

            if (error is null || estimated is null || norm <= Tolerance || norm <= Halved * estimated.GradientNorm || IsUnforeseen(estimated, g))
            {
                error = g.EstimateError(null, EstimateTolerance, cancellation);
                Count(error.Reports);
                estimated = g;
            }

            double allowed = ErrorShare * Math.Max(norm, Tolerance);
            if (error.Status != EstimateStatus.Estimated || error.Value > allowed)
            {
                if (tightened++ == Tightenings)
                {
                    return End(g, SolveStatus.Stagnated, norm);
                }

                double by = error.Status == EstimateStatus.Estimated ? Math.Max(Aim * allowed / error.Value, MostTightening) : FirstTolerance;
                to = Scaled(g, by);
                error = null;
                continue;
            }

            SolveStatus? status = norm <= Tolerance ? Verified(g)
                : !double.IsFinite(norm) ? SolveStatus.NonFiniteIterate
                : cancellation.IsCancellationRequested ? SolveStatus.Cancelled
                : outer.Steps >= MaxSteps ? SolveStatus.MaxIterations
                : null;
            if (status is { } end)
            {
                return End(g, end, norm);
            }

            // the error is proportional to the residuals: what they were when it was estimated says what they may be now
            (Tolerance Inner, Tolerance Adjoint) may = Scaled(estimated, Math.Min(Aim * allowed / error.Value, MostLoosening));
            to = (Kept(to.Inner, may.Inner, Asked(estimated.InnerReport)), Kept(to.Adjoint, may.Adjoint, estimated.AdjointReport.Tolerance));
            (outer, tightened) = (outer.Next(g.Gradient), 0);
        }

        // an objective may be no number where its gradient is one; and the curvature, which no solve on the way looks at, tells a minimum at the end
        SolveStatus Verified(ImplicitHypergradient<TState, THyper> at) => at.IsFinite ? at.Verify(solver) : SolveStatus.NonFiniteIterate;

        // the error of a solve that ended exactly says nothing of one that did not
        static bool IsUnforeseen(ImplicitHypergradient<TState, THyper> estimated, ImplicitHypergradient<TState, THyper> now) =>
            (estimated.AdjointReport.Residual == 0 && now.AdjointReport.Residual > 0) || (estimated.InnerReport.Residual == 0 && now.InnerReport.Residual > 0);

        // absolute from the first step on, and never below what rounding permits
        static (Tolerance Inner, Tolerance Adjoint) Scaled(ImplicitHypergradient<TState, THyper> at, double by) => (
            new Tolerance(at.RoundingFloor, by * (double.IsFinite(at.InnerReport.Error.High) ? at.InnerReport.Error.High : at.InnerReport.Residual)),
            new Tolerance(at.RoundingFloor, by * (at.AdjointReport.Residual > 0 ? at.AdjointReport.Residual : at.AdjointReport.Tolerance)));

        // tolerances only fall
        static Tolerance Kept(Tolerance before, Tolerance next, double first) =>
            next with { Absolute = Math.Min(before.Absolute > 0 ? before.Absolute : first, next.Absolute) };

        // what a solve was asked for in the unit of w: its residual has that share of the tolerance that its error has of it
        static double Asked(SolveReport inner) => double.IsFinite(inner.Error.High) && inner.Residual > 0
            ? inner.Error.High * inner.Tolerance / inner.Residual : inner.Tolerance;

        void Count(IEnumerable<SolveReport> reports)
        {
            foreach (SolveReport report in reports)
            {
                (products, transposed) = (products + report.Products, transposed + report.TransposedProducts);
            }
        }

        OuterSolution<TState, THyper> End(ImplicitHypergradient<TState, THyper> g, SolveStatus status, double norm, SolveReport? failed = null) => new(
            outer.Parameters,
            g,
            error ?? new ErrorEstimate<THyper>(EstimateStatus.SolveFailed, "a hypergradient ended the descent before its error was estimated", []),
            new SolveReport(failed is null ? "outer, hypergradient descent" : $"outer, hypergradient descent, ended by its {failed.Solver}", status,
                outer.Steps, norm, Tolerance, products, transposed, double.NaN)
            { Kind = SolverKind.OuterDescent },
            evaluations)
        {
            FailedSolve = failed,
        };
    }
}
