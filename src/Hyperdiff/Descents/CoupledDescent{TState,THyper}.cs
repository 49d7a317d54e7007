using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>One run of a <see cref="HypergradientDescent"/>: where it is, and what it knows of its errors.</summary>
internal sealed class CoupledDescent<TState, THyper>
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

    // an error of nothing would loosen them without end
    private const double MostLoosening = 1e6;

    private readonly HypergradientDescent _descent;
    private readonly SolvedProblem<TState, THyper> _problem;
    private readonly InnerSolver _inner;
    private readonly LinearSolver _adjoint;
    private readonly CancellationToken _cancellation;

    // where it is
    private OptimizerState<THyper> _outer;
    private TState _state;
    private WarmStart? _warm;
    private CoupledTolerances _tolerances = CoupledTolerances.First;

    // the last estimate, null after the tolerances were tightened, and the hypergradient of the last one
    private ErrorEstimate<THyper>? _error;
    private ImplicitHypergradient<TState, THyper>? _estimated;

    // tightenings since the last step of λ, and what was called so far
    private int _tightenings;
    private int _evaluations;
    private (long Forward, long Transposed) _products;

    /// <summary>A run from w and λ.</summary>
    public CoupledDescent(
        HypergradientDescent descent, SolvedProblem<TState, THyper> problem, (TState State, THyper Hyper) start, CancellationToken cancellation)
    {
        (_descent, _problem, _cancellation) = (descent, problem, Work.Or(cancellation));
        _inner = problem.Solved.SolverAt(problem.PointAt(start.State, start.Hyper, null));
        _adjoint = descent.Adjoint ?? _inner.DefaultAdjoint;
        (_outer, _state) = (descent.Optimizer.Start(start.Hyper, problem.HyperTree), start.State);
    }

    /// <summary>Steps λ until the gradient is small, and known to be.</summary>
    public OuterSolution<TState, THyper> Run()
    {
        while (true)
        {
            ImplicitHypergradient<TState, THyper> g = Compute();
            double norm = g.GradientNorm;

            // a solve that stagnates has gone as far as rounding lets it: whether that is far enough, the estimate tells
            if (g.Reports.FirstOrDefault(report => report.Status is not (SolveStatus.Converged or SolveStatus.Stagnated)) is { } failed)
            {
                return End(g, failed.Status, norm, failed);
            }

            ErrorEstimate<THyper> error = EstimateOf(g, norm);
            double allowed = _descent.ErrorShare * Math.Max(norm, _descent.Tolerance);
            if (error.Status != EstimateStatus.Estimated || error.Value > allowed)
            {
                if (_tightenings++ == MostTightenings)
                {
                    return End(g, SolveStatus.Stagnated, norm);
                }

                Tighten(g, error, allowed);
            }
            else if (StatusAt(g, norm) is { } status)
            {
                return End(g, status, norm);
            }
            else
            {
                Step(g, error, allowed);
            }
        }
    }

    private ImplicitHypergradient<TState, THyper> Compute()
    {
        ImplicitHypergradient<TState, THyper> g = ImplicitMethod.Compute(
            _problem,
            (solver => Coupled(solver, _tolerances.Inner), _adjoint with { Tolerance = _tolerances.Adjoint }),
            (_state, _outer.Parameters),
            new HypergradientOptions { WarmStart = _warm, Cancellation = _cancellation });
        _evaluations++;
        Count(g.Reports);
        (_state, _warm) = (g.State, g.WarmStart);
        return g;
    }

    // a look at the curvature costs products, and an inexact solution shows none
    private static InnerSolver Coupled(InnerSolver solver, Tolerance tolerance) =>
        solver is Minimizer minimizer ? minimizer with { Tolerance = tolerance, ChecksCurvature = false } : solver with { Tolerance = tolerance };

    // the last estimate where it still holds, or a new one
    private ErrorEstimate<THyper> EstimateOf(ImplicitHypergradient<TState, THyper> g, double norm)
    {
        if (_error is null || _estimated is null || norm <= _descent.Tolerance || norm <= Halved * _estimated.GradientNorm || IsUnforeseen(_estimated, g))
        {
            _error = g.EstimateError(null, EstimateTolerance, _cancellation);
            _estimated = g;
            Count(_error.Reports);
        }

        return _error;
    }

    // the error of a solve that ended exactly says nothing of one that did not
    private static bool IsUnforeseen(ImplicitHypergradient<TState, THyper> estimated, ImplicitHypergradient<TState, THyper> now) =>
        (estimated.AdjointReport.Residual == 0 && now.AdjointReport.Residual > 0) || (estimated.InnerReport.Residual == 0 && now.InnerReport.Residual > 0);

    // solves the same problems again, closer
    private void Tighten(ImplicitHypergradient<TState, THyper> g, ErrorEstimate<THyper> error, double allowed)
    {
        double times = error.Status == EstimateStatus.Estimated ? Math.Max(Aim * allowed / error.Value, MostTightening) : TighteningWithoutAnEstimate;
        _tolerances = CoupledTolerances.Of(g, times);
        _error = null;
    }

    private void Step(ImplicitHypergradient<TState, THyper> g, ErrorEstimate<THyper> error, double allowed)
    {
        // the error is proportional to the residuals: what they were when it was estimated says what they may be now
        var may = CoupledTolerances.Of(_estimated!, Math.Min(Aim * allowed / error.Value, MostLoosening));
        _tolerances = _tolerances.Lowered(may, _estimated!);
        (_outer, _tightenings) = (_outer.Next(g.Gradient), 0);
    }

    // null to go on
    private SolveStatus? StatusAt(ImplicitHypergradient<TState, THyper> g, double norm) =>
        norm <= _descent.Tolerance ? Verified(g)
        : !double.IsFinite(norm) ? SolveStatus.NonFiniteIterate
        : _cancellation.IsCancellationRequested ? SolveStatus.Cancelled
        : _outer.Steps >= _descent.MaxSteps ? SolveStatus.MaxIterations
        : null;

    // an objective may be no number where its gradient is one; and the curvature, which no solve on the way looks at, tells a minimum at the end
    private SolveStatus Verified(ImplicitHypergradient<TState, THyper> at) => at.IsFinite ? at.Verify(_inner) : SolveStatus.NonFiniteIterate;

    private void Count(IEnumerable<SolveReport> reports)
    {
        foreach (SolveReport report in reports)
        {
            _products = (_products.Forward + report.Products, _products.Transposed + report.TransposedProducts);
        }
    }

    private OuterSolution<TState, THyper> End(ImplicitHypergradient<TState, THyper> g, SolveStatus status, double norm, SolveReport? failed = null)
    {
        string name = failed is null ? "outer, hypergradient descent" : $"outer, hypergradient descent, ended by its {failed.Solver}";
        var report = new SolveReport(name, status, _outer.Steps, norm, _descent.Tolerance, _products.Forward, _products.Transposed, double.NaN)
        {
            Kind = SolverKind.OuterDescent,
        };
        ErrorEstimate<THyper> error = _error
            ?? new ErrorEstimate<THyper>(EstimateStatus.SolveFailed, "a hypergradient ended the descent before its error was estimated", []);
        return new OuterSolution<TState, THyper>(_outer.Parameters, g, error, report, _evaluations) { FailedSolve = failed };
    }
}
