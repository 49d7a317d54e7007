namespace Hyperdiff;

/// <summary>One run of a <see cref="HypergradientDescent"/>.</summary>
internal sealed class CoupledDescent<TState, THyper>
{
    // how many steps without a better gradient are made where it cannot be known better
    private const int Patience = 20;

    // of a gradient, the error beside which steps still measure something
    private const double Measurable = 0.1;

    // and beside which differences do
    private const double Exact = 1e-6;

    private readonly HypergradientDescent _descent;
    private readonly SolvedProblem<TState, THyper> _problem;
    private readonly CoupledSolves<TState, THyper> _solves;
    private readonly OuterError? _judge;
    private readonly double _epsilon;
    private readonly CancellationToken _cancellation;

    // where it is
    private OptimizerState<THyper> _outer;
    private TState _state;
    private WarmStart? _warm;
    private CoupledMemory _memory = CoupledMemory.First;
    private ErrorEstimate<THyper>? _error;
    private int _sinceGained;

    // where it began, with the hypergradient there
    private (OptimizerState<THyper> Outer, ImplicitHypergradient<TState, THyper> Hypergradient)? _start;

    // what was called so far
    private int _evaluations;
    private (long Forward, long Transposed) _products;

    /// <summary>A run from w and λ.</summary>
    public CoupledDescent(
        HypergradientDescent descent, SolvedProblem<TState, THyper> problem, (TState State, THyper Hyper) start, CancellationToken cancellation)
    {
        (_descent, _problem, _cancellation) = (descent, problem, Work.Or(cancellation));
        _solves = new CoupledSolves<TState, THyper>(problem, descent.Adjoint);
        (_outer, _state) = (descent.Optimizer.Start(start.Hyper, problem.HyperTree), start.State);
        BilevelPoint at = problem.PointAt(start.State, start.Hyper, null);
        _epsilon = Math.Max(at.State.Epsilon, at.Hyper.Epsilon);
        _judge = descent.Tolerance is null ? new OuterError(_epsilon) : null;
    }

    /// <summary>Steps λ until it is what was asked for, and known to be.</summary>
    public OuterSolution<TState, THyper> Run()
    {
        while (true)
        {
            CoupledGradient<TState, THyper> coupled = At(_outer.Parameters, Wanted);
            ImplicitHypergradient<TState, THyper> g = coupled.Hypergradient;
            (_state, _warm, _memory, _error) = (g.State, g.WarmStart, coupled.Next, coupled.Estimate ?? _error);
            _start ??= (_outer, g);
            if ((coupled.Status ?? StatusAt(coupled)) is { } status)
            {
                return End(g, status, coupled.Failed);
            }

            if (_judge?.StartWasMet(hyper => Trial(hyper, Measurable)) == true)
            {
                (_outer, g) = _start.Value;
                return End(g, Verified(g), null);
            }

            _outer = _outer.Next(g.Gradient);
        }
    }

    // null to go on
    private SolveStatus? StatusAt(CoupledGradient<TState, THyper> at) => at.Hypergradient.GradientNorm switch
    {
        var norm when double.IsFinite(norm) && IsMet(at) => Verified(at.Hypergradient),
        var norm when !double.IsFinite(norm) => SolveStatus.NonFiniteIterate,
        _ when at.IsAtRounding && (_judge is null || IsEnd()) => SolveStatus.Stagnated,
        _ when _cancellation.IsCancellationRequested => SolveStatus.Cancelled,
        _ when _outer.Steps >= _descent.MaxSteps => SolveStatus.MaxIterations,
        _ => null,
    };

    private bool IsMet(CoupledGradient<TState, THyper> at)
    {
        if (_judge is null)
        {
            return at.Hypergradient.GradientNorm <= _descent.Tolerance!.Value && !at.IsAtRounding;
        }

        bool met = _judge.Next(PointOf(_outer.Parameters, at.Hypergradient, _error!));
        _sinceGained = at.IsAtRounding && !_judge.Gained ? _sinceGained + 1 : 0;

        // a look that was cut short has not found anything
        return (met && _judge.IsConfirmed(hyper => Trial(hyper, Exact)) && !_cancellation.IsCancellationRequested)
            || (at.IsAtRounding && IsEnd() && _judge.Settle(hyper => Trial(hyper, Measurable)));
    }

    // a gradient that stands out of its rounding may still be lowered
    private bool IsEnd() => _judge!.IsStill || _sinceGained >= Patience;

    private OuterPoint? Trial(Tensor[] hyper, double share)
    {
        THyper at = ((FlatTree<THyper>)FlatOf(_outer.Parameters).WithActive(hyper)).Value;
        CoupledGradient<TState, THyper> coupled = At(at, (Math.Min(_descent.ErrorShare, share), 0));
        return coupled.Status is null && double.IsFinite(coupled.Hypergradient.GradientNorm) && (coupled.Estimate ?? _error) is { } error
            ? PointOf(at, coupled.Hypergradient, error) : null;
    }

    private (double Share, double Floor) Wanted => _judge is null ? (_descent.ErrorShare, _descent.Tolerance!.Value)
        : (_judge.IsNear ? Math.Min(_descent.ErrorShare, Measurable) : _descent.ErrorShare, _judge.Threshold);

    private CoupledGradient<TState, THyper> At(THyper hyper, (double Share, double Floor) wanted)
    {
        CoupledGradient<TState, THyper> coupled = _solves.Compute((_state, hyper, _warm), _memory, wanted, _cancellation);
        _evaluations += coupled.Evaluations;
        foreach (SolveReport report in coupled.Solves)
        {
            _products = (_products.Forward + report.Products, _products.Transposed + report.TransposedProducts);
        }

        return coupled;
    }

    // what the estimate leaves out is the rounding of the sum of both parts
    private OuterPoint PointOf(THyper hyper, ImplicitHypergradient<TState, THyper> at, ErrorEstimate<THyper> error)
    {
        double[] Norms(THyper of) => ConditionProbe.LeafNorms(FlatOf(of).ActiveTensors);
        (double[] off, double[] direct, double[] indirect) = (Norms(error.Correction!), Norms(at.Direct), Norms(at.Indirect));
        double[] rounding = [.. off.Select((by, i) => by + (_epsilon / 2 * (direct[i] + indirect[i])))];
        return new OuterPoint(FlatOf(hyper).ActiveTensors, Norms(at.Gradient), rounding, FlatOf(at.Gradient).ActiveTensors);
    }

    private FlatTree<THyper> FlatOf(THyper value) => new(_problem.HyperTree, value, "λ");

    // an objective may be no number where its gradient is one; and the curvature, which no solve on the way looks at, tells a minimum at the end
    private SolveStatus Verified(ImplicitHypergradient<TState, THyper> at) => at.IsFinite
        ? at.Verify(_problem.Solved.SolverAt(_problem.PointAt(at.State, _outer.Parameters, null))) : SolveStatus.NonFiniteIterate;

    private OuterSolution<TState, THyper> End(ImplicitHypergradient<TState, THyper> g, SolveStatus status, SolveReport? failed)
    {
        string name = failed is null ? "outer, hypergradient descent" : $"outer, hypergradient descent, ended by its {failed.Solver}";
        var report = new SolveReport(name, status, _outer.Steps, g.GradientNorm, _descent.Tolerance ?? _judge!.Threshold, _products.Forward,
            _products.Transposed, double.NaN)
        {
            Kind = SolverKind.OuterDescent,
            Error = _judge?.Interval ?? ErrorInterval.NotEstimated,
        };
        ErrorEstimate<THyper> error = _error
            ?? new ErrorEstimate<THyper>(EstimateStatus.SolveFailed, "a hypergradient ended the descent before its error was estimated", []);
        return new OuterSolution<TState, THyper>(_outer.Parameters, g, error, report, _evaluations) { FailedSolve = failed };
    }
}
