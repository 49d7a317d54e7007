namespace Hyperdiff;

/// <summary>One inner solve as it is judged: the loop by <see cref="IterationMonitor"/>, the iterate by <see cref="SolutionError"/>, and what neither shows by
/// <see cref="ConditionProbe"/>.</summary>
internal sealed class InnerRun
{
    // one rounding of every number that goes in; a computation has some
    private const double RoundingUnits = 8;
    private const int Patience = 20;

    // of what is asked for, what an error may be by a solve with the derivative; and how often its step is made
    private const double Slack = 2;
    private const int MostSteps = 3;

    private readonly SolveWatch _watch;
    private readonly bool _map;
    private readonly bool _judges;
    private readonly IterationMonitor _monitor;
    private SolutionError? _error;
    private ConditionProbe _at;
    private double[]? _rounding;
    private int _nextLook = 1;
    private bool _isConfirmed;
    private bool _isUnconfirmed;

    /// <summary>A solve at its start.</summary>
    /// <param name="start">The solver's condition at the start.</param>
    /// <param name="maxIterations">The most updates.</param>
    /// <param name="watch">The solve.</param>
    /// <param name="map">Whether the residual is a step of a map.</param>
    /// <param name="rate">η, where an update is w ← w − η R, so that growth can be told from products; null otherwise.</param>
    public InnerRun(ConditionProbe start, int maxIterations, SolveWatch watch, bool map = false, double? rate = null)
    {
        (_at, _watch, _map) = (start, watch, map);

        // no tolerance at all asks for a number of updates
        _judges = start.Solver.Tolerance is not { Relative: 0, Absolute: 0 };
        _monitor = new IterationMonitor(0, maxIterations, watch)
        {
            Epsilon = start.Problem.Epsilon,
            Patience = Patience,
            AtRounding = _judges ? AtRounding : null,
            Growth = _judges && rate is { } step && start.Solver.StopsOnSuspicion ? () => Growth(step) : null,
        };
    }

    /// <summary>How many updates there were.</summary>
    public int Iterations => _monitor.Iterations;

    /// <summary>‖R‖ at the last iterate.</summary>
    public double Residual => _monitor.Residual;

    /// <summary>What ‖R‖ has to reach, as far as the way there has told it; 0 where it has not.</summary>
    public double Threshold => _monitor.Threshold;

    /// <summary>Judges the start.</summary>
    /// <param name="residuals">‖R_l‖.</param>
    /// <param name="norms">‖w_l‖; computed if absent.</param>
    public SolveStatus? Start(double[] residuals, double[]? norms = null)
    {
        _error = new SolutionError(_at.Solver.Tolerance, _at.Problem.Epsilon, _map, (residuals, norms ?? Norms()));
        Show();
        return Ended(_monitor.Start(_error.Residual));
    }

    /// <summary>Whether the start may be solved already: then an evaluation at its image tells.</summary>
    public bool MayBeMet => _error!.MayBeMet;

    /// <summary>Whether the residuals of the image show that the start is solved. If a step changes nothing but rounding, a solve tells.</summary>
    /// <param name="residuals">‖Φ(Φ(w)) − Φ(w)‖ of each leaf.</param>
    public bool MetByImage(double[] residuals)
    {
        if (!_error!.MetByImage(residuals) && _error.Still && Correction() is { } errors)
        {
            _error.Set(errors, ConditionProbe.Accuracy);
        }

        return _error.Met;
    }

    /// <summary>Judges the next iterate.</summary>
    /// <param name="state">The iterate.</param>
    /// <param name="residuals">‖R_l‖.</param>
    /// <param name="steps">‖s_l‖.</param>
    /// <param name="norms">‖w_l‖; computed if absent, where it matters.</param>
    /// <param name="gained">Whether it is better by another measure.</param>
    /// <param name="known">The derivative there, if it was computed.</param>
    public SolveStatus? Next(
        Tensor[] state, double[] residuals, double[] steps, double[]? norms = null, bool gained = false, StateDerivative? known = null)
    {
        _at = _at with { State = state, Known = known };
        _error!.Next(residuals, steps, () => norms ?? Norms());
        Show();
        return Ended(_monitor.Next(_error.Residual, gained || _error.Gained));
    }

    /// <summary>Whether a step that was computed to some accuracy shows that the iterate is what was asked for.</summary>
    /// <param name="steps">‖d_l‖.</param>
    /// <param name="accuracy">‖A d + R‖ / ‖R‖.</param>
    public bool MetBy(double[] steps, double accuracy)
    {
        bool met = _error!.MetBy(Array.ConvertAll(steps, step => step / (1 - accuracy)), accuracy, Norms);

        // of this iterate, not of the next one: what the step leaves may lie along other modes than what it took away
        _isConfirmed = met && accuracy <= ConditionProbe.Aim;
        return met;
    }

    /// <summary>The end of a solve that was given its result: nothing of the way there tells how far that is from the solution.</summary>
    /// <param name="state">The result.</param>
    /// <param name="residuals">‖R_l‖.</param>
    /// <param name="products">Evaluations or products.</param>
    public InnerSolution EndAt(Tensor[] state, double[] residuals, long products)
    {
        _at = _at with { State = state };
        _error = new SolutionError(_at.Solver.Tolerance, _at.Problem.Epsilon, _map, (residuals, Norms()));
        Show();
        SolveStatus status = _monitor.Next(_error.Residual) ?? SolveStatus.MaxIterations;
        return End(status, products, settle: status == SolveStatus.MaxIterations && _judges);
    }

    /// <summary>The end of the solve.</summary>
    /// <param name="status">How the loop ended; <see cref="SolveStatus.Stagnated"/> also where no step could be made.</param>
    /// <param name="products">Evaluations or products.</param>
    /// <param name="settle">Whether to look at an iterate that the loop did not find solved, as is done where it stagnated.</param>
    public InnerSolution End(SolveStatus status, long products, bool settle = false)
    {
        bool isClaimed = status == SolveStatus.Converged && _judges && !_isConfirmed && !_watch.AdjointFollows && _error?.Residual > 0;
        if (settle || status == SolveStatus.Stagnated || (status == SolveStatus.MaxIterations && Iterations == 0 && _judges && !_map))
        {
            status = IsSettled() ? SolveStatus.Converged : status;
        }

        if (status == SolveStatus.Converged)
        {
            (status, long verified, Func<double, double>? slowest) = _at.Solver.Verify(ref _at, _error?.Interval.High ?? 0);
            products += verified;
            status = isClaimed && status == SolveStatus.Converged ? Confirmed(slowest, ref products) : status;
        }

        ErrorInterval error = ErrorInterval.Unknown;
        if (_error is not null && double.IsFinite(_error.Residual))
        {
            _monitor.Threshold = _error.Threshold;
            error = _isUnconfirmed ? ErrorInterval.Unknown : _error.Interval;
        }

        // who asks for a number of updates asks for no estimate
        error = _judges || error.IsEstimated ? error : ErrorInterval.NotEstimated;
        return new InnerSolution(_at.State, _monitor.Report(_at.Solver.Name, status, products) with { Error = error });
    }

    /// <summary>Looks for a part of the error that no update has shown, of a mode far slower than what was left on the way: the smallest singular value σ of
    /// A = ∂R/∂w, if a few products find it, and a solve with A where ‖R‖/σ is more than what is asked for. Its result is Newton's step from there. Of a map
    /// of large states that contracts, powers of its Jacobian tell that there is no such mode.</summary>
    /// <remarks>
    /// <code>
    /// ‖A d − R‖ ≤ ½ σ τ,    σ = 1e-6 ‖A‖ where it was not found,    ‖A‖ ≥ ‖A R‖/‖R‖
    /// </code>
    /// where τ is the error that is asked for: so d has all of the error of modes down to σ, but half of τ. Where some products do not get there,
    /// the error is unknown.
    /// </remarks>
    private SolveStatus Confirmed(Func<double, double>? curvature, ref long products)
    {
        double enough = _error!.Residual / (Slack * _error.LeastAsked);
        double? slowest = curvature?.Invoke(enough);

        // what was found with the curvature may settle it
        if (slowest is { } found && _error.Residual <= Slack * _error.LeastAsked * found)
        {
            return SolveStatus.Converged;
        }

        double last = double.PositiveInfinity;
        for (int steps = 0; ; steps++)
        {
            (_, LeafVector residual, LinearOperator matrix) = ConditionProbe.Derivative(ref _at);
            double norm = residual.Magnitude(), asked = _error!.LeastAsked;
            products++;
            if (slowest is null && _map && !ConditionProbe.HoldsBasis(matrix)
                && ContractionProbe.Look(matrix, norm / (Slack * asked)) is var (bound, used))
            {
                (slowest, products) = (bound > 0 ? bound : null, products + used);
            }

            if (slowest is null)
            {
                CurvatureProbe.Finding look = CurvatureProbe.Look(matrix.InputTypes, matrix.Image, _at.Problem.Epsilon);
                (slowest, products) = (look.Slowest(norm / (Slack * asked)), products + look.Products);
            }

            if (!(norm > 0) || (steps == 0 && norm <= Slack * asked * slowest))
            {
                return SolveStatus.Converged;
            }

            double least = slowest is > 0 and { } value ? value : ConditionProbe.Aim * Math.Max(Stretch(matrix, residual), _map ? 1 : 0);
            if (ConditionProbe.Step(_at.Solver, (matrix, residual), (least / 2 * asked, Iterations), _watch.Cancellation) is not var (step, made))
            {
                _isUnconfirmed = true;
                return _watch.Cancellation.IsCancellationRequested ? SolveStatus.Cancelled : steps == 0 ? SolveStatus.Converged : SolveStatus.Stagnated;
            }

            products += made + 1;
            double[] errors = ConditionProbe.LeafNorms(step.Leaves);
            double excess = _error.Excess(errors);
            if (steps > 0)
            {
                _error.Set(errors, ConditionProbe.Accuracy);
                _monitor.Next(norm);
            }

            if (excess <= Slack || steps == MostSteps || !(excess < last / 2))
            {
                return excess <= Slack ? SolveStatus.Converged : SolveStatus.Stagnated;
            }

            last = excess;
            _at = _at with { State = _at.Problem.Replace(_at.State, (new LeafVector(_at.Problem.ActiveOf(_at.State)) - step).Leaves) };
        }
    }

    /// <summary>‖A R‖/‖R‖.</summary>
    private static double Stretch(LinearOperator matrix, LeafVector residual)
    {
        // an exact power of two: A R may underflow otherwise
        (LeafVector along, _) = residual.Unit(residual.Magnitude());
        return matrix.Image(along).Magnitude() / along.Magnitude();
    }

    private bool IsSettled()
    {
        // a search that found no step has not looked
        _ = _rounding is not null || AtRounding(RoundingUnits);
        _error!.Settle(_rounding, Norms(), Correction);
        return _error.Met;
    }

    /// <summary>Where no further update tells more: a map at rest, with nothing measured on the way, or what cannot be told from zero.</summary>
    private SolveStatus? Ended(SolveStatus? status)
    {
        if (status is not null || _monitor.AtRounding is null)
        {
            return status;
        }

        if (_error!.Still)
        {
            return SolveStatus.Stagnated;
        }

        if (_error.MayBeZero && Iterations >= _nextLook)
        {
            _nextLook = 2 * Iterations;
            return AtRounding(RoundingUnits) ? SolveStatus.Stagnated : null;
        }

        return null;
    }

    private double[]? Correction() => _at.Correction(_map, _watch.Cancellation);

    private bool AtRounding(double units)
    {
        double[] rounding = _at.Rounding();
        bool reached = _error!.AtRounding(rounding, units);
        _rounding = reached ? rounding : null;
        return reached;
    }

    private double? Growth(double rate)
    {
        StateDerivative at = ConditionProbe.Derivative(ref _at);
        return GrowthEvidence.Of(at.Matrix, rate, at.Residual);
    }

    private void Show() => (_monitor.Threshold, _monitor.Met) = (_error!.Threshold, _error.Met);

    private double[] Norms() => ConditionProbe.LeafNorms(_at.Problem.ActiveOf(_at.State));
}
