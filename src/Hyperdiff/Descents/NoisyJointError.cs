namespace Hyperdiff;

/// <summary>The error of what a descent on samples moves. A single direction says nothing where it may be noise, and so this looks now and then, at the largest
/// of several draws.</summary>
/// <remarks>
/// With R the largest ‖d_l‖ of a few draws at a look, and s the path of leaf l from an earlier look to this one,
/// <code>
/// a = s / (R before − R),   error ≤ a R,    where R before is at least 16 R,  and likewise with the R of the look before
/// </code>
/// Noise that stays, however small rates make it, never falls so far, and the error is unknown. What fell by 16 may have been fast, and what is left be
/// slow: from one look to the next that shows. Noise that vanishes with the error, as of <see cref="Descent.Saba"/>, falls with it.
/// </remarks>
internal sealed class NoisyJointError(double epsilon, Range hyper) : JointError(epsilon, hyper)
{
    private const double Fall = 16;

    // looks come when there are so many times as many steps
    private const double Spacing = 1.5;

    private readonly List<(double[] Levels, double[] Paths)> _looked = [];
    private double[] _path = [];
    private double[] _errors = [];
    private double _threshold;
    private int _updates;
    private double _nextLook = 1;

    /// <inheritdoc/>
    public override bool Gained => true;

    /// <inheritdoc/>
    public override double Threshold => _threshold;

    /// <inheritdoc/>
    public override ErrorInterval Interval => new(0, Norm(_errors.AsSpan()[Hyper]));

    /// <inheritdoc/>
    public override void Next(StepNorms at, IStepLooks looks)
    {
        if (_updates == 0)
        {
            (_path, _errors) = (new double[at.Steps.Length], [.. at.Steps.Select(_ => double.PositiveInfinity)]);
        }

        // a place from which nothing moves, whatever is drawn, is looked at wherever it is
        if (++_updates >= _nextLook || Norm(at.Directions) == 0)
        {
            _nextLook = Math.Max(_nextLook * Spacing, _updates + 1);
            Look(at, looks);
        }

        for (int i = 0; i < _path.Length; i++)
        {
            _path[i] += at.Steps[i];
        }
    }

    /// <inheritdoc/>
    public override bool IsAtRounding(double units) => false;

    /// <inheritdoc/>
    public override void Settle()
    {
    }

    private void Look(StepNorms at, IStepLooks looks)
    {
        double[] levels = looks.Redrawn().Aggregate(at.Directions, (most, drawn) => [.. most.Zip(drawn, Math.Max)]);
        _looked.Add((levels, [.. _path]));
        double share = double.PositiveInfinity;
        for (int i = 0; i < levels.Length; i++)
        {
            (double[] before, double[] paths) = _looked.FindLast(look => look.Levels[i] >= Fall * levels[i]);
            _errors[i] = levels[i] == 0 ? 0 : before is null ? double.PositiveInfinity
                : Math.Max(Error(i, levels, before, paths), Error(i, levels, _looked[^2].Levels, _looked[^2].Paths));
            share = _errors[i] > 0 ? Math.Min(share, OuterError.Asked(Epsilon).At(at.Norms[i], Epsilon) / _errors[i]) : share;
        }

        Met = share >= 1;
        double residual = Norm(at.Directions);
        _threshold = residual == 0 ? 0 : residual * (Met ? Math.Max(1, share) : share);
    }

    private double Error(int i, double[] levels, double[] before, double[] paths) => before[i] > levels[i]
        ? (_path[i] - paths[i]) / (before[i] - levels[i]) * levels[i] : double.PositiveInfinity;
}
