namespace Hyperdiff;

/// <summary>The estimated error of an inner iterate, ‖w − w*‖, and whether it is what was asked for: the one rule by which inner solves converge.</summary>
/// <remarks>
/// Of every leaf l of the state, with R the condition (w − Φ, ∇f, c), s the last step and r = ‖R_l‖ known up to ρ (½ε‖w_l‖ for a map, whose residual is a
/// difference of numbers of that size):
/// <code>
/// a = ‖s_l‖ / ((r before − ρ before) − (r + ρ)),   error ≤ a (r + ρ) + ½ε‖w_l‖,   error ≥ a′ (r − ρ)  with the decrease at its largest
/// </code>
/// a is the inverse curvature as the step measured it: for the iteration of a map, and for gradient descent, a r is r/(1 − q) with the contraction q; for
/// Newton's method ‖s‖ q. The largest of the last three is taken. Where a step does not lower r by more than its rounding, a is taken over the steps that have
/// halved r; where the last step is slower than those were, nothing is bounded, and the error is unknown. Asked for is, of every leaf,
/// <code>
/// error ≤ max(relative tolerance · max(‖w_l‖, ε² · the largest ‖w_l‖ on the way), absolute tolerance)
/// </code>
/// so that it depends neither on the start, nor on the unit of f, nor on that of a leaf. The second term ends solves whose solution is zero, and counts where
/// the error is not far below ‖w_l‖. A gradient or a
/// condition that is 0 exactly in a leaf is as well solved as it can be; a residual of a map may have been rounded to 0. A part of the error that lowers no
/// residual, a mode far slower than the others, is not seen before its residual is what is left: <see cref="InnerRun"/> looks for it at the end.
/// </remarks>
internal sealed class SolutionError
{
    // a leaf that is within this many times its error of zero
    private const double Near = 8;

    private readonly Tolerance _tolerance;
    private readonly double _epsilon;
    private readonly bool _map;
    private readonly bool _isRoundingGiven;
    private readonly LeafError[] _leaves;
    private int _updates;

    /// <summary>The error of an iterate at the start.</summary>
    /// <param name="tolerance">What is asked for.</param>
    /// <param name="epsilon">The coarsest machine epsilon among the leaves.</param>
    /// <param name="map">Whether the residual is the difference of a map's image and its argument.</param>
    /// <param name="start">‖R_l‖ and ‖w_l‖ of every leaf.</param>
    /// <param name="roundings">ρ of every leaf, where it is measured beside R; it is given with every iterate then.</param>
    public SolutionError(Tolerance tolerance, double epsilon, bool map, (double[] Residuals, double[] Norms) start, double[]? roundings = null)
    {
        (_tolerance, _epsilon, _map, _isRoundingGiven) = (tolerance, epsilon, map, roundings is not null);
        _leaves = [.. start.Residuals.Zip(start.Norms, (residual, norm) => new LeafError
        {
            Residual = residual, Best = residual, Norm = norm, Largest = norm, Rounding = Rounding(norm),
        })];
        Take(roundings);
        Estimate();
    }

    /// <summary>‖R‖, over the whole structure.</summary>
    public double Residual => Norm(leaf => leaf.Residual);

    /// <summary>Whether some leaf that was not solved has its smallest residual so far.</summary>
    public bool Gained { get; private set; }

    /// <summary>Whether the error is within what was asked for.</summary>
    public bool Met { get; private set; }

    /// <summary>Whether every leaf is solved, or a step of the map no longer changes it by more than its rounding: the iteration goes nowhere from
    /// there.</summary>
    public bool Still => (Residual == 0 && !_map) || (_map && Array.TrueForAll(_leaves, leaf => leaf.High <= Asked(leaf) || leaf.Residual <= leaf.Rounding));

    /// <summary>The residual at which the error would be what was asked for; 0 where that is unknown.</summary>
    public double Threshold
    {
        get
        {
            double share = double.PositiveInfinity;
            foreach (LeafError leaf in _leaves)
            {
                share = leaf.High > 0 ? Math.Min(share, Asked(leaf) / leaf.High) : share;
            }

            double residual = Residual;
            return residual == 0 ? 0 : residual * (Met ? Math.Max(1, share) : Math.Min(1, share));
        }
    }

    /// <summary>The residual at which every leaf's would be within what was asked for as an error.</summary>
    public double LargestResidual => Residual * _leaves.Select(leaf => leaf.Residual == 0 ? double.PositiveInfinity : Asked(leaf) / leaf.Residual).Min();

    /// <summary>The estimate over the whole structure.</summary>
    public ErrorInterval Interval => IntervalOf(..);

    /// <summary>The estimate over some leaves.</summary>
    public ErrorInterval IntervalOf(Range leaves) => new(Norm(_leaves.AsSpan()[leaves], leaf => leaf.Low), Norm(_leaves.AsSpan()[leaves], leaf => leaf.High));

    /// <summary>Observes the next iterate.</summary>
    /// <param name="residuals">‖R_l‖.</param>
    /// <param name="steps">‖s_l‖, how far it is from the last.</param>
    /// <param name="norms">‖w_l‖; asked for only where it may matter, unless it is a map's, or ρ is given: these have it at hand.</param>
    /// <param name="roundings">ρ of every leaf, where it is given.</param>
    public void Next(double[] residuals, double[] steps, Func<double[]> norms, double[]? roundings = null)
    {
        Gained = false;
        double[]? exact = _map || _isRoundingGiven ? norms() : null;
        for (int i = 0; i < _leaves.Length; i++)
        {
            LeafError leaf = _leaves[i];
            double before = leaf.Residual, roundingBefore = leaf.Rounding;
            leaf.Residual = residuals[i];
            Gained |= residuals[i] < leaf.Best && !(leaf.High <= Asked(leaf));
            leaf.Best = Math.Min(leaf.Best, residuals[i]);
            leaf.Norm = exact?[i] ?? leaf.Norm + steps[i];
            leaf.Largest = Math.Max(leaf.Largest, leaf.Norm);
            leaf.Rounding = roundings?[i] ?? Rounding(leaf.Norm);
            leaf.Measure(before, roundingBefore, steps[i], _updates % LeafError.Window);
        }

        _updates++;
        Estimate();

        // norms were bounded by those of the steps so far: the numbers themselves are needed to say that this is the end
        if (exact is null && Met)
        {
            Update(norms());
        }
    }

    /// <summary>Whether every residual would be within what was asked for if it were the error itself, as it is of a map up to its contraction.</summary>
    public bool MayBeMet => Array.TrueForAll(_leaves, leaf => leaf.Residual <= Asked(leaf));

    /// <summary>Whether the residuals of the image of a map's iterate show that the iterate is what was asked for.</summary>
    /// <param name="residuals">‖Φ(Φ(w)) − Φ(w)‖ of each leaf.</param>
    public bool MetByImage(double[] residuals)
    {
        Set([.. _leaves.Select((leaf, i) => ErrorOf(leaf, leaf.Residual - residuals[i] - (2 * leaf.Rounding)))], 0);
        return Met;

        static double ErrorOf(LeafError leaf, double decrease) =>
            decrease > 0 ? leaf.Residual / decrease * leaf.Residual : leaf is { Residual: 0, Norm: 0 } ? 0 : double.PositiveInfinity;
    }

    /// <summary>Whether steps to the solution that were computed otherwise, Newton's, are within what was asked for.</summary>
    /// <param name="errors">The most that the error of each leaf is by them.</param>
    /// <param name="accuracy">How far off they are, relatively.</param>
    /// <param name="norms">‖w_l‖.</param>
    public bool MetBy(double[] errors, double accuracy, Func<double[]> norms)
    {
        if (!_leaves.Select((leaf, i) => errors[i] <= Asked(leaf, errors[i])).All(within => within))
        {
            return false;
        }

        Update(norms());
        Set(errors, accuracy);
        return Met;
    }

    /// <summary>The error of each leaf if ‖A⁻¹‖ is known: that times the residual with its rounding.</summary>
    public double[] Amplified(double inverse) => Array.ConvertAll(_leaves, leaf => inverse * (leaf.Residual + leaf.Rounding));

    /// <summary>Takes errors that were computed otherwise.</summary>
    public void Set(double[] errors, double accuracy)
    {
        for (int i = 0; i < _leaves.Length; i++)
        {
            (_leaves[i].Low, _leaves[i].High) = (Math.Max(0, errors[i] * (1 - accuracy) / (1 + accuracy)), errors[i] + (_epsilon / 2 * _leaves[i].Norm));
        }

        Met = Array.TrueForAll(_leaves, leaf => leaf.High <= Asked(leaf));
    }

    /// <summary>Takes note of errors that were computed otherwise and exceed what the way there has shown: from here on no residual stands for less.</summary>
    public void Raise(double[] errors)
    {
        for (int i = 0; i < _leaves.Length; i++)
        {
            LeafError leaf = _leaves[i];
            leaf.Slow = leaf.Residual > 0 ? Math.Max(leaf.Slow, errors[i] / leaf.Residual) : leaf.Slow;
        }

        Estimate();
    }

    /// <summary>How many times what is asked for errors are that were computed otherwise, of the worst leaf; a leaf that cannot be told from zero is measured
    /// by what it was, or by the whole state.</summary>
    /// <param name="errors">Of each leaf.</param>
    public double Excess(double[] errors)
    {
        double whole = Norm(leaf => leaf.Norm);
        return _leaves.Select((leaf, i) => errors[i] == 0
            ? 0 : errors[i] / _tolerance.At(errors[i] < leaf.Norm / 2 ? leaf.Norm : Math.Max(leaf.Largest, whole), _epsilon)).Max();
    }

    /// <summary>The smallest error that is asked for of a leaf.</summary>
    public double LeastAsked => _leaves.Select(leaf => Asked(leaf)).Min();

    /// <summary>Whether every residual is at its rounding, as measured, but for leaves that are solved: on their way to zero they may fall for ever.</summary>
    /// <param name="rounding">Of each leaf.</param>
    /// <param name="units">How many of them.</param>
    public bool AtRounding(double[] rounding, double units) =>
        _leaves.Select((leaf, i) => leaf.High <= Asked(leaf) || leaf.Residual <= units * Math.Max(leaf.Rounding, rounding[i])).All(at => at);

    /// <summary>Whether every leaf is solved, or cannot be told from zero and is smaller than the rounding of what it was: then its residual may be nothing but
    /// rounding, though it falls.</summary>
    public bool MayBeZero
    {
        get
        {
            double whole = Norm(leaf => leaf.Norm);
            return Array.TrueForAll(_leaves,
                leaf => leaf.High <= Asked(leaf) || (leaf.Norm <= Near * leaf.High && leaf.High <= _epsilon * Math.Max(leaf.Largest, whole)));
        }
    }

    /// <summary>Judges an iterate whose residual is at its rounding: what was measured on the way holds, and a leaf that cannot be told from zero is measured
    /// by what it was, or by the whole state.</summary>
    /// <param name="rounding">Of each leaf's residual; null where it is not known to be there.</param>
    /// <param name="norms">‖w_l‖.</param>
    /// <param name="correction">Computes the error of each leaf where nothing was measured; null if it cannot.</param>
    public void Settle(double[]? rounding, double[] norms, Func<double[]?> correction)
    {
        Update(norms);
        if (rounding is not null)
        {
            for (int i = 0; i < _leaves.Length; i++)
            {
                (_leaves[i].Rounding, _leaves[i].IsMeasured) = (Math.Max(_leaves[i].Rounding, rounding[i]), _leaves[i].Measured.Any(measured => measured > 0));
            }

            Estimate();
        }

        if (!Array.TrueForAll(_leaves, leaf => double.IsFinite(leaf.High)) && correction() is { } errors)
        {
            Set(errors, ConditionProbe.Accuracy);
        }

        double whole = Norm(leaf => leaf.Norm);
        Met = Array.TrueForAll(
            _leaves,
            leaf => leaf.High <= Asked(leaf)
                || (rounding is not null && leaf.High >= leaf.Norm && leaf.High <= _tolerance.At(Math.Max(leaf.Largest, whole), _epsilon)));
    }

    private void Take(double[]? roundings)
    {
        for (int i = 0; i < roundings?.Length; i++)
        {
            _leaves[i].Rounding = roundings[i];
        }
    }

    private void Update(double[] norms)
    {
        for (int i = 0; i < _leaves.Length; i++)
        {
            (_leaves[i].Norm, _leaves[i].Rounding) = (norms[i], _isRoundingGiven ? _leaves[i].Rounding : Rounding(norms[i]));
        }

        Estimate();
    }

    private void Estimate()
    {
        foreach (LeafError leaf in _leaves)
        {
            double units = _epsilon / 2 * leaf.Norm;
            double measured = leaf.Measured.Max(), inverse = Math.Max(measured, leaf.Slow);
            bool known = measured > 0 && (leaf.IsMeasured || ((_map || _isRoundingGiven) && leaf.IsNearRounding));
            bool exact = leaf.Residual == 0 && (_isRoundingGiven ? leaf.Rounding == 0 : !_map || leaf.Norm == 0);
            leaf.High = exact ? units : known ? (inverse * (leaf.Residual + leaf.Rounding)) + units : double.PositiveInfinity;
            leaf.Low = leaf.Residual == 0 || !known ? 0 : Math.Max(0, leaf.Least * (leaf.Residual - leaf.Rounding));
        }

        Met = (Residual == 0 && _tolerance is { Relative: 0, Absolute: 0 }) || Array.TrueForAll(_leaves, leaf => leaf.High <= Asked(leaf));
    }

    // half a unit in the last place of Φ(w); the difference is exact
    private double Rounding(double norm) => _map ? _epsilon / 2 * norm : 0;

    private double Asked(LeafError leaf) => Asked(leaf, leaf.High);

    // what the leaf was on the way matters only where it may be zero now: a far excursion is not a reason to ask for less
    private double Asked(LeafError leaf, double error) =>
        _tolerance.At(error >= leaf.Norm / Near ? Math.Max(leaf.Norm, _epsilon * _epsilon * leaf.Largest) : leaf.Norm, _epsilon);

    private double Norm(Func<LeafError, double> part) => Norm(_leaves, part);

    private static double Norm(ReadOnlySpan<LeafError> leaves, Func<LeafError, double> part)
    {
        double largest = 0;
        foreach (LeafError leaf in leaves)
        {
            // NaN, too, is passed on
            largest = Math.Max(largest, part(leaf));
        }

        if (largest == 0 || !double.IsFinite(largest) || leaves.Length == 1)
        {
            return largest;
        }

        double sum = 0;
        foreach (LeafError leaf in leaves)
        {
            sum += part(leaf) / largest * (part(leaf) / largest);
        }

        return largest * Math.Sqrt(sum);
    }
}
