namespace Hyperdiff;

/// <summary>The error of what a descent on exact objectives moves: <see cref="SolutionError"/>, with the directions of all vectors as R.</summary>
internal sealed class ExactJointError(double epsilon, Range hyper) : JointError(epsilon, hyper)
{
    // a step that is nothing but rounding; and one rounding of every number that goes in, of which a computation has some
    private const double RoundingUnits = 8;

    // a trial, in multiples of what is asked for, grows until its directions can be told from rounding
    private const double Growth = 100;

    // of what is asked for, what an error may be by a solve with the derivative of the step
    private const double Slack = 2;

    private SolutionError? _error;
    private StepNorms _at;
    private IStepLooks? _looks;
    private double[]? _rounding;
    private int _updates;
    private int _nextLook;
    private bool _isMet;

    /// <inheritdoc/>
    public override bool Gained => _error!.Gained;

    /// <inheritdoc/>
    public override double Threshold => _error!.Threshold;

    /// <inheritdoc/>
    public override ErrorInterval Interval => IsUnconfirmed ? ErrorInterval.Unknown : _error!.IntervalOf(Hyper);

    /// <summary>Whether the step moves nothing by more than rounding: from there the descent goes nowhere.</summary>
    public bool IsStill => Array.TrueForAll(
        [.. _at.Steps.Zip(_at.Norms)], leaf => leaf.First <= RoundingUnits * Epsilon * leaf.Second);

    /// <inheritdoc/>
    public override void Next(StepNorms at, IStepLooks looks)
    {
        if (_error is null)
        {
            _error = new SolutionError(OuterError.Asked(Epsilon), Epsilon, map: false, (at.Directions, at.Norms));
        }
        else
        {
            _error.Next(at.Directions, _at.Steps, () => at.Norms);
        }

        (_at, _looks, _rounding) = (at, looks, null);
        _updates++;

        // a step that took fast parts of the directions away tells of these: the next one has to say the same
        bool wasMet = _isMet;
        _isMet = _error.Met;
        Met = _isMet && ((wasMet && IsConfirmed()) || _error.Residual == 0);
        if (!Met && IsStill && _updates > _nextLook)
        {
            _nextLook = 2 * _updates;
            if (IsAtRounding(RoundingUnits))
            {
                Settle();
            }
        }
    }

    /// <inheritdoc/>
    public override bool IsAtRounding(double units)
    {
        double[] rounding = _looks!.Rounding();
        _rounding = _error!.AtRounding(rounding, units) ? rounding : null;
        return _rounding is not null;
    }

    /// <inheritdoc/>
    public override void Settle()
    {
        _error!.Settle(_rounding, _at.Norms, Trial);
        Met = _error.Met;
    }

    /// <summary>Whether a claim stands when slow modes are looked for. Where one is found, no residual stands for less than it from there on.</summary>
    private bool IsConfirmed()
    {
        double[]? errors = _looks!.Unseen(OuterError.Asked(Epsilon).RelativeAt(Epsilon), _updates);
        IsUnconfirmed = errors is null;
        if (errors is null)
        {
            // a look that was cut short has not found anything
            return !Work.Cancellation.IsCancellationRequested;
        }

        if (_error!.Excess(errors) <= Slack)
        {
            return true;
        }

        _error.Raise(errors);
        return _isMet = false;
    }

    private double[]? Trial()
    {
        double[] rounding = _rounding ?? _looks!.Rounding();
        for (double length = OuterError.Asked(Epsilon).RelativeAt(Epsilon); length <= 1; length *= Growth)
        {
            double[] there = _looks!.Away(length);
            double[] decrease = [.. there.Select((norm, i) => norm - _at.Directions[i] - (2 * rounding[i]))];
            double[] level = [.. rounding.Select((by, i) => by + _at.Directions[i])];
            if (!decrease.Where((by, i) => level[i] > 0 && !(by > level[i] && _at.Norms[i] > 0)).Any())
            {
                return [.. level.Select((of, i) => of == 0 ? 0 : length * _at.Norms[i] * (of / decrease[i]))];
            }
        }

        return null;
    }
}
