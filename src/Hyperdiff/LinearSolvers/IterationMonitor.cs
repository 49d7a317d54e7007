namespace Hyperdiff;

/// <summary>Watches the residuals of an iteration and says when, and how, it ends. Every solver's loop is judged here and nowhere else.</summary>
/// <remarks>
/// The rule, in the order in which it is applied; a convergent iteration is never stopped by it:
/// <list type="number">
/// <item>A residual that is not finite ends it: <see cref="SolveStatus.NonFiniteIterate"/>. Only this is certain to be divergence.</item>
/// <item>A residual within the threshold is <see cref="SolveStatus.Converged"/>; for inner problems an iterate whose estimated error is what was asked for
/// (<see cref="SolutionError"/>).</item>
/// <item>
/// A residual that has no new best for some updates (<see cref="Patience"/>) is compared with the level of its own rounding, which is measured then: it is
/// <see cref="SolveStatus.Stagnated"/> if it is within some roundings of every number that it is made of, and goes on if it is not, to be looked at again after
/// twice as many updates for twice as many roundings. A plateau above is not an end: many methods leave it after hundreds of updates.
/// </item>
/// <item>
/// A residual that has grown by 1/ε, or by 1/ε again since it was looked at, and grows on, while nothing else improves, is <em>suspected</em> to diverge,
/// <see cref="SolveStatus.Diverged"/>, if products with the Jacobian bear that out (<see cref="GrowthEvidence"/>). Growth alone says nothing: non-normal
/// contractions grow by any factor before they fall.
/// </item>
/// <item>Cancellation and the limit of updates.</item>
/// </list>
/// </remarks>
internal sealed class IterationMonitor(double threshold, int maxIterations, SolveWatch watch)
{
    // for how many roundings a level is taken after as many updates without a new best
    private const double UnitsPerUpdate = 0.05;

    private double _best = double.PositiveInfinity;
    private double _previous = double.NaN;
    private int _sinceBest;
    private int? _patience;
    private double _suspicious = double.PositiveInfinity;

    /// <summary>After how many updates without a new best the rounding level is measured first; that of a linear system, whose powers may turn for long, by
    /// default.</summary>
    public int Patience { get; init; } = 100;

    /// <summary>Whether the last residual is within a number of roundings, which are measured when this is asked; null where it is not judged whether the
    /// iteration stagnates.</summary>
    public Func<double, bool>? AtRounding { get; init; }

    /// <summary>Looks for an eigenvalue above 1 in modulus of the iteration's Jacobian; null, and so is its result, for no evidence.</summary>
    public Func<double?>? Growth { get; init; }

    /// <summary>The machine epsilon of the iteration.</summary>
    public double Epsilon { get; init; } = DType.Float64.Epsilon();

    /// <summary>How many updates were observed.</summary>
    public int Iterations { get; private set; }

    /// <summary>The last residual.</summary>
    public double Residual { get; private set; } = double.NaN;

    /// <summary>The largest ratio of successive residuals; NaN before there are two.</summary>
    public double Rate { get; private set; } = double.NaN;

    /// <summary>What the residual has to reach; a solver whose scale moves with the iterate sets it before each observation.</summary>
    public double Threshold { get; set; } = threshold;

    /// <summary>Whether the iterate is what was asked for, where that is told by more than its residual; null where the threshold tells.</summary>
    public bool? Met { get; set; }

    /// <summary>The report of what was observed.</summary>
    public SolveReport Report(string solver, SolveStatus status, long products) => new(solver, status, Iterations, Residual, Threshold, products, 0, Rate);

    /// <summary>Observes the residual of the start; the status if there is nothing to iterate.</summary>
    public SolveStatus? Start(double residual)
    {
        Residual = _previous = _best = residual;
        _suspicious = residual / Epsilon;
        Tell();
        return !double.IsFinite(residual) ? SolveStatus.NonFiniteInput : EndOf(residual, growing: false);
    }

    /// <summary>Observes the residual of the next iterate; the status if the iteration ends with it.</summary>
    /// <param name="residual">The residual.</param>
    /// <param name="gained">Whether the iterate is better than the last by another measure: along a bent valley, and away from a saddle, a minimizer lowers f
    /// for long before it lowers ‖∇f‖.</param>
    public SolveStatus? Next(double residual, bool gained = false)
    {
        Iterations++;
        Residual = residual;
        Tell();
        if (!double.IsFinite(residual))
        {
            return SolveStatus.NonFiniteIterate;
        }

        if (_previous > 0)
        {
            Rate = double.IsNaN(Rate) ? residual / _previous : Math.Max(Rate, residual / _previous);
        }

        bool growing = residual > _previous && !gained;
        _sinceBest = residual < _best || gained ? 0 : _sinceBest + 1;
        _best = Math.Min(_best, residual);
        _previous = residual;
        return EndOf(residual, growing);
    }

    private void Tell() => watch.Tell(Iterations, Residual, Threshold);

    private SolveStatus? EndOf(double residual, bool growing) => residual switch
    {
        _ when Met ?? residual <= Threshold => SolveStatus.Converged,
        _ when Stalls() => SolveStatus.Stagnated,
        _ when growing && Escapes(residual) => SolveStatus.Diverged,
        _ when watch.Cancellation.IsCancellationRequested => SolveStatus.Cancelled,
        _ when Iterations >= maxIterations || watch.GivesUp?.Invoke(Iterations, residual, Threshold) == true => SolveStatus.MaxIterations,
        _ => null,
    };

    private bool Stalls()
    {
        int patience = _patience ?? Patience;
        if (_sinceBest < patience || AtRounding is null)
        {
            return false;
        }

        _patience = 2 * patience;
        return AtRounding(UnitsPerUpdate * patience);
    }

    private bool Escapes(double residual)
    {
        if (Growth is null || !(residual > _suspicious))
        {
            return false;
        }

        _suspicious = residual / Epsilon;
        return Growth() is not null;
    }
}
