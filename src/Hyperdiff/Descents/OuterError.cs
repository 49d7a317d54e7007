namespace Hyperdiff;

/// <summary>The estimated error of λ along a descent, ‖λ − λ*‖ by leaf, by the rule of inner solves (<see cref="SolutionError"/>): R is ∇ℓ, its rounding the
/// estimated error of the hypergradient.</summary>
/// <param name="epsilon">The coarsest machine epsilon among the leaves of λ and w.</param>
internal sealed class OuterError(double epsilon)
{
    // of its rounding, what a gradient is that is not known to point anywhere
    private const double Still = 2;

    // steps of so many times what is asked for may be among the last
    private const double Near = 100;

    // a trial step, in multiples of what is asked for, grows until its gradient can be told from rounding
    private const double Growth = 100;
    private const int Seed = 1;

    // of what is asked for, what an error along the flattest direction may be; and of products by differences, how far off they are
    private const double Slack = 2;
    private const double Noise = 1e-5;

    private SolutionError? _error;
    private OuterPoint? _start;
    private OuterPoint? _last;
    private int _updates;
    private bool _wasMet;

    // the smallest curvature, per square of each leaf's norm: null where it was not looked for, 0 where it was not found
    private double? _slowest;
    private double[] _sizes = [];

    /// <summary>ε^⅓: F is of second order in the error of λ, and so as accurate then as inner solves by themselves make w (<see cref="Tolerance"/>).</summary>
    public static Tolerance Asked(double epsilon) => new(Math.Cbrt(epsilon), 0);

    /// <summary>The estimate, over the whole structure.</summary>
    public ErrorInterval Interval => _error?.Interval ?? ErrorInterval.Unknown;

    /// <summary>What ‖∇ℓ‖ has to reach, as far as it is known; 0 where it is not.</summary>
    public double Threshold => _error is null ? 0 : _error.Threshold * Math.Min(1, SlowShare);

    // by how much a gradient that is all along the flattest direction might be larger
    private double SlowShare => _slowest > 0 && Scaled(_last!) is > 0 and var scaled ? Slack * Asked(epsilon).RelativeAt(epsilon) * _slowest.Value / scaled
        : double.PositiveInfinity;

    /// <summary>Whether the last step brought a leaf nearer.</summary>
    public bool Gained => _error!.Gained;

    /// <summary>Whether no leaf of the gradient stands out of its rounding.</summary>
    public bool IsStill => _last!.Gradient.Zip(_last.Rounding).All(leaf => leaf.First <= Still * leaf.Second);

    /// <summary>Whether the last step was so small that the next ones have to be judged.</summary>
    public bool IsNear { get; private set; }

    /// <summary>Observes the gradient at the next λ, and tells whether λ is what was asked for. A step that took steep parts of the gradient away measured the
    /// curvature along these, so that the next one has to say the same.</summary>
    public bool Next(OuterPoint at)
    {
        _wasMet = _error?.Met == true;
        (OuterPoint? before, _last) = (_last, at);
        if (before is null)
        {
            (_error, _start) = (At(at), at);
        }
        else
        {
            Step(_error!, before, at);
            _updates++;
            IsNear = Norms((new LeafVector(at.Hyper) - before.Hyper).Leaves).Zip(Norms(at.Hyper))
                .All(leaf => leaf.First <= Near * Asked(epsilon).At(leaf.Second, epsilon));
        }

        return _error!.Met && (_wasMet || IsStill);
    }

    /// <summary>Whether a claim stands when the flattest direction is looked for, of which no step may have shown anything: by Lanczos' process, in products
    /// with the second derivative of ℓ as differences of gradients.</summary>
    /// <remarks>
    /// <code>
    /// ‖D ∇ℓ‖ ≤ 2 ε^⅓ σ,    σ the smallest curvature of D ∇²ℓ D,    D v = ‖λ_l‖ v_l
    /// </code>
    /// Nothing is told where it is not among the directions that some products reach.
    /// </remarks>
    /// <param name="accurate">The gradient at leaves of λ, to more digits than a descent needs; null where there is none.</param>
    public bool IsConfirmed(Func<Tensor[], OuterPoint?> accurate)
    {
        if (_slowest is null && _last!.Hyper.Sum(leaf => leaf.Count) > 1)
        {
            _slowest = Slowest(_last, accurate);
        }

        return SlowShare >= 1;
    }

    private double Slowest(OuterPoint at, Func<Tensor[], OuterPoint?> accurate)
    {
        double whole = new LeafVector(at.Hyper).Magnitude(), length = Asked(epsilon).RelativeAt(epsilon);
        _sizes = Array.ConvertAll(Norms(at.Hyper), norm => norm > 0 ? norm : whole);
        if (whole == 0 || accurate(at.Hyper) is not { } here)
        {
            return 0;
        }

        bool isWhole = true;
        CurvatureProbe.Finding found = CurvatureProbe.Look([.. at.Hyper.Select(leaf => leaf.Type)], Product, Math.Max(epsilon, Noise * Noise));
        return isWhole ? found.Slowest(double.PositiveInfinity) : 0;

        LeafVector Product(LeafVector direction)
        {
            OuterPoint? there = isWhole ? accurate((new LeafVector(at.Hyper) + InUnits(direction, length)).Leaves) : null;
            isWhole &= there is not null;
            return there is null ? direction.Zeros() : InUnits(there.Direction - here.Direction, 1 / length);
        }
    }

    // leaf by leaf in units of its norm
    private LeafVector InUnits(LeafVector vector, double times) =>
        (Tensor[])[.. vector.Leaves.Select((leaf, i) => Tensor.Scalar(times * _sizes[i]).To(leaf.DType) * leaf)];

    private double Scaled(OuterPoint at) => InUnits(at.Direction, 1).Magnitude();

    /// <summary>Whether the first step, which led away, shows that the start was what is asked for, and a trial step along its gradient bears that out: then it
    /// is the point that was judged.</summary>
    /// <param name="trial">The gradient at leaves of λ; null where there is none.</param>
    public bool StartWasMet(Func<Tensor[], OuterPoint?> trial)
    {
        if (_updates != 1 || !Back(_last!, _start!).Met
            || Away(_start!, Asked(epsilon).RelativeAt(epsilon), _start!.Direction) is not { } hyper || trial(hyper) is not { } there)
        {
            return false;
        }

        SolutionError back = Back(there, _start);
        _error = back.Met ? back : _error;
        return back.Met;
    }

    /// <summary>Judges λ where its gradient cannot be known better. Where no step has measured what that means, trial steps do.</summary>
    /// <param name="trial">The gradient at leaves of λ; null where there is none.</param>
    public bool Settle(Func<Tensor[], OuterPoint?> trial)
    {
        OuterPoint at = _last!;
        if (Settled(_error!, at) || _error!.Interval.IsEstimated)
        {
            return _error!.Met;
        }

        double asked = Asked(epsilon).RelativeAt(epsilon);
        LeafVector direction = RandomVector.Draw([.. at.Hyper.Select(leaf => leaf.Type)], Seed);
        for (double length = asked; length <= 1 && Away(at, length, direction) is { } hyper; length *= Growth)
        {
            if (trial(hyper) is not { } there)
            {
                return false;
            }

            SolutionError back = Back(there, at);
            if (Settled(back, at) || back.Interval.IsEstimated)
            {
                _error = back;
                return back.Met;
            }
        }

        return false;
    }

    private SolutionError At(OuterPoint point) => new(Asked(epsilon), epsilon, map: false, (point.Gradient, Norms(point.Hyper)), point.Rounding);

    private SolutionError Back(OuterPoint from, OuterPoint to)
    {
        SolutionError back = At(from);
        Step(back, from, to);
        return back;
    }

    private static void Step(SolutionError error, OuterPoint from, OuterPoint to) =>
        error.Next(to.Gradient, Norms((new LeafVector(to.Hyper) - from.Hyper).Leaves), () => Norms(to.Hyper), to.Rounding);

    private static bool Settled(SolutionError error, OuterPoint at)
    {
        error.Settle(at.Rounding, Norms(at.Hyper), () => null);
        return error.Met;
    }

    // a part of each leaf's norm away; of the whole structure's where the leaf is zero
    private static Tensor[]? Away(OuterPoint from, double length, LeafVector direction)
    {
        (double[] norms, double[] sizes) = (Norms(from.Hyper), Norms(direction.Leaves));
        double whole = new LeafVector(from.Hyper).Magnitude();
        return whole == 0 ? null : [.. from.Hyper.Select((leaf, i) => sizes[i] == 0 ? leaf
            : leaf + (Tensor.Scalar(length * (norms[i] > 0 ? norms[i] : whole)).To(leaf.DType) * Unit(direction.Leaves[i], sizes[i])))];
    }

    // an exact power of two first: the quotient may leave the range of the type
    private static Tensor Unit(Tensor leaf, double norm)
    {
        (LeafVector brought, int exponent) = new LeafVector([leaf]).Unit(norm);
        return Tensor.Scalar(1 / Math.ScaleB(norm, -exponent)).To(leaf.DType) * brought.Leaves[0];
    }

    private static double[] Norms(Tensor[] leaves) => ConditionProbe.LeafNorms(leaves);
}

/// <summary>A gradient of ℓ, as its error is judged by.</summary>
/// <param name="Hyper">λ, the active leaves.</param>
/// <param name="Gradient">The norm of each leaf of ∇ℓ.</param>
/// <param name="Rounding">How far each may be off.</param>
/// <param name="Direction">∇ℓ itself.</param>
internal sealed record OuterPoint(Tensor[] Hyper, double[] Gradient, double[] Rounding, LeafVector Direction);
