namespace Hyperdiff;

/// <summary>One run of a <see cref="HypergradientDescent"/>.</summary>
internal sealed class CoupledDescent<TState, THyper>
{
    private readonly HypergradientDescent _descent;
    private readonly SolvedProblem<TState, THyper> _problem;
    private readonly CoupledSolves<TState, THyper> _solves;
    private readonly CancellationToken _cancellation;

    // where it is
    private OptimizerState<THyper> _outer;
    private TState _state;
    private WarmStart? _warm;
    private CoupledMemory _memory = CoupledMemory.First;
    private ErrorEstimate<THyper>? _error;

    // what was called so far
    private int _evaluations;
    private (long Forward, long Transposed) _products;

    /// <summary>A run from w and λ.</summary>
    public CoupledDescent(
        HypergradientDescent descent, SolvedProblem<TState, THyper> problem, (TState State, THyper Hyper) start, CancellationToken cancellation)
    {
        (_descent, _problem, _cancellation) = (descent, problem, Work.Or(cancellation));
        _solves = new CoupledSolves<TState, THyper>(problem, descent.Adjoint, (descent.ErrorShare, descent.Tolerance));
        (_outer, _state) = (descent.Optimizer.Start(start.Hyper, problem.HyperTree), start.State);
    }

    /// <summary>Steps λ until the gradient is small, and known to be.</summary>
    public OuterSolution<TState, THyper> Run()
    {
        while (true)
        {
            CoupledGradient<TState, THyper> coupled = _solves.Compute((_state, _outer.Parameters, _warm), _memory, _cancellation);
            ImplicitHypergradient<TState, THyper> g = coupled.Hypergradient;
            (_state, _warm, _memory, _error) = (g.State, g.WarmStart, coupled.Next, coupled.Estimate ?? _error);
            Count(coupled);
            if ((coupled.Status ?? StatusAt(g)) is { } status)
            {
                return End(g, status, coupled.Failed);
            }

            _outer = _outer.Next(g.Gradient);
        }
    }

    // null to go on
    private SolveStatus? StatusAt(ImplicitHypergradient<TState, THyper> g) => g.GradientNorm switch
    {
        var norm when norm <= _descent.Tolerance => Verified(g),
        var norm when !double.IsFinite(norm) => SolveStatus.NonFiniteIterate,
        _ when _cancellation.IsCancellationRequested => SolveStatus.Cancelled,
        _ when _outer.Steps >= _descent.MaxSteps => SolveStatus.MaxIterations,
        _ => null,
    };

    // an objective may be no number where its gradient is one; and the curvature, which no solve on the way looks at, tells a minimum at the end
    private SolveStatus Verified(ImplicitHypergradient<TState, THyper> at) => at.IsFinite
        ? at.Verify(_problem.Solved.SolverAt(_problem.PointAt(at.State, _outer.Parameters, null))) : SolveStatus.NonFiniteIterate;

    private void Count(CoupledGradient<TState, THyper> coupled)
    {
        _evaluations += coupled.Evaluations;
        foreach (SolveReport report in coupled.Solves)
        {
            _products = (_products.Forward + report.Products, _products.Transposed + report.TransposedProducts);
        }
    }

    private OuterSolution<TState, THyper> End(ImplicitHypergradient<TState, THyper> g, SolveStatus status, SolveReport? failed)
    {
        string name = failed is null ? "outer, hypergradient descent" : $"outer, hypergradient descent, ended by its {failed.Solver}";
        var report = new SolveReport(
            name, status, _outer.Steps, g.GradientNorm, _descent.Tolerance, _products.Forward, _products.Transposed, double.NaN)
        {
            Kind = SolverKind.OuterDescent,
        };
        ErrorEstimate<THyper> error = _error
            ?? new ErrorEstimate<THyper>(EstimateStatus.SolveFailed, "a hypergradient ended the descent before its error was estimated", []);
        return new OuterSolution<TState, THyper>(_outer.Parameters, g, error, report, _evaluations) { FailedSolve = failed };
    }
}
