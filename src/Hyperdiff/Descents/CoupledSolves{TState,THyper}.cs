using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Implicit hypergradients that are only as accurate as pays off: both solves to tolerances that follow from an estimate of the gradient's
/// error.</summary>
/// <param name="problem">The problem.</param>
/// <param name="adjoint">Solves the adjoint systems; that of the inner solver if absent.</param>
internal sealed class CoupledSolves<TState, THyper>(SolvedProblem<TState, THyper> problem, LinearSolver? adjoint)
{
    // well below the digit that an estimate's own test of the first order asks for
    private const double EstimateTolerance = 0.01;

    // how far the gradient may fall before its error is estimated anew
    private const double Halved = 0.5;

    // the share of the allowed error that the next solves aim at, so that they need not be repeated for a trifle
    private const double Aim = 0.5;

    private const double MostTightening = 1e-3;
    private const double TighteningWithoutAnEstimate = 0.1;
    private const int MostTightenings = 20;

    // how many in a row may leave the error where it was
    private const int MostInVain = 3;

    // an error of nothing would loosen them without end
    private const double MostLoosening = 1e6;

    /// <summary>Solves at λ until the error is small enough, or known not to become so.</summary>
    /// <param name="from">The first iterate, λ, and what to go on from.</param>
    /// <param name="memory">What the last hypergradient left.</param>
    /// <param name="wanted">θ, the share of the gradient that its error may be, and the norm of the gradient below which the error need not fall with
    /// it.</param>
    /// <param name="cancellation">Ends the solves.</param>
    public CoupledGradient<TState, THyper> Compute(
        (TState State, THyper Hyper, WarmStart? Warm) from, CoupledMemory memory, (double Share, double Floor) wanted,
        CancellationToken cancellation)
    {
        InnerSolver inner = problem.Solved.SolverAt(problem.PointAt(from.State, from.Hyper, null));
        LinearSolver solver = adjoint ?? inner.DefaultAdjoint;
        var all = ImmutableArray.CreateBuilder<SolveReport>();
        ErrorEstimate<THyper>? error = null;
        (double before, int inVain) = (double.PositiveInfinity, 0);
        for (int evaluations = 1; ; evaluations++)
        {
            (CoupledTolerances tolerances, TState state, WarmStart? warm) = (memory.Tolerances, from.State, from.Warm);
            ImplicitHypergradient<TState, THyper> g = ImplicitMethod.Compute(
                problem, (given => Coupled(given, tolerances.Inner), solver with { Tolerance = tolerances.Adjoint }), (state, from.Hyper),
                new HypergradientOptions { WarmStart = warm, Cancellation = cancellation });
            all.AddRange(g.Reports);
            from = (g.State, from.Hyper, g.WarmStart);
            double norm = g.GradientNorm;
            CoupledGradient<TState, THyper> Ended(SolveStatus status, SolveReport? failed) =>
                new(g, error, memory, all.ToImmutable()) { Evaluations = evaluations, Status = status, Failed = failed };

            // a solve that stagnates has gone as far as rounding lets it: whether that is far enough, the estimate tells
            if (g.Reports.FirstOrDefault(report => report.Status is not (SolveStatus.Converged or SolveStatus.Stagnated)) is { } failed)
            {
                return Ended(failed.Status, failed);
            }

            if (memory.Estimated is not { } estimated || norm <= wanted.Floor || norm <= Halved * estimated.GradientNorm || IsUnforeseen(estimated, g))
            {
                error = g.EstimateError(null, EstimateTolerance, cancellation);
                all.AddRange(error.Reports);
                memory = memory with { Estimated = SolveLevels.Of(g), Error = error.Value, IsAtRounding = false };
            }

            double allowed = wanted.Share * Math.Max(norm, wanted.Floor);

            // unavailable is not a number, and not within it
            if (memory.Error <= allowed)
            {
                return new(g, error, Following(memory, allowed), all.ToImmutable()) { Evaluations = evaluations, Error = memory.Error };
            }

            (before, inVain) = (memory.Error, memory.Error > Halved * before ? inVain + 1 : 0);
            if (memory.IsAtRounding || inVain == MostInVain)
            {
                return new(g, error, memory with { IsAtRounding = true }, all.ToImmutable()) { Evaluations = evaluations, Error = memory.Error };
            }

            if (evaluations > MostTightenings)
            {
                return Ended(SolveStatus.Stagnated, null);
            }

            // a step in vain may have been too small a one, where the levels are those of estimates that are too large
            double times = double.IsNaN(memory.Error) ? TighteningWithoutAnEstimate
                : Math.Max(Aim * allowed / memory.Error, MostTightening) * Math.Pow(TighteningWithoutAnEstimate, inVain);
            memory = new CoupledMemory(CoupledTolerances.Of(SolveLevels.Of(g), times), null, double.NaN);
        }
    }

    // the error is proportional to the residuals: what they were when it was estimated says what they may be now
    private static CoupledMemory Following(CoupledMemory memory, double allowed)
    {
        SolveLevels estimated = memory.Estimated!.Value;
        double times = memory.Error > 0 ? Math.Min(Aim * allowed / memory.Error, MostLoosening) : MostLoosening;
        return memory with { Tolerances = memory.Tolerances.Lowered(CoupledTolerances.Of(estimated, times), estimated), IsAtRounding = false };
    }

    // a look at the curvature costs products, and an inexact solution shows none
    private static InnerSolver Coupled(InnerSolver solver, Tolerance tolerance) =>
        solver is Minimizer minimizer ? minimizer with { Tolerance = tolerance, ChecksCurvature = false } : solver with { Tolerance = tolerance };

    // the error of a solve that ended exactly says nothing of one that did not
    private static bool IsUnforeseen(SolveLevels estimated, ImplicitHypergradient<TState, THyper> now) =>
        (estimated.AdjointResidual == 0 && now.AdjointReport.Residual > 0) || (estimated.InnerResidual == 0 && now.InnerReport.Residual > 0);
}
