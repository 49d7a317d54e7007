namespace Hyperdiff;

/// <summary>Watches the residuals of an iteration and says when, and how, it ends. Every solver's loop is judged here and nowhere else.</summary>
/// <remarks>
/// Two heuristics, chosen so that a convergent iteration is never stopped: a non-normal contraction may grow for a while before it falls, and an oscillating one
/// may go many iterations without a new best. So divergence needs a long unbroken growth to far above the best, or an overflow-bound jump; stagnation needs
/// a whole window without any new best.
/// </remarks>
internal sealed class IterationMonitor(double threshold, int maxIterations, SolveWatch watch)
{
    private const double Blowup = 1e8;
    private const double Growth = 10;
    private const int GrowingInARow = 30;
    private const int Window = 100;

    private double _best = double.PositiveInfinity;
    private double _previous = double.NaN;
    private int _sinceBest;
    private int _growing;

    /// <summary>Whether the residuals of an iteration that converges fall in the long run. If not, for noise or for weights that grow with the step, only an overflow-bound jump ends it.</summary>
    public bool Falling { get; init; } = true;

    /// <summary>How many updates were observed.</summary>
    public int Iterations { get; private set; }

    /// <summary>The last residual.</summary>
    public double Residual { get; private set; } = double.NaN;

    /// <summary>The largest ratio of successive residuals; NaN before there are two.</summary>
    public double Rate { get; private set; } = double.NaN;

    /// <summary>What the residual has to reach; a solver whose scale moves with the iterate sets it before each observation.</summary>
    public double Threshold { get; set; } = threshold;

    /// <summary>The report of what was observed.</summary>
    public SolveReport Report(string solver, SolveStatus status, long products) => new(solver, status, Iterations, Residual, Threshold, products, 0, Rate);

    /// <summary>Observes the residual of the start; the status if there is nothing to iterate.</summary>
    public SolveStatus? Start(double residual)
    {
        Residual = _previous = _best = residual;
        Tell();
        return !double.IsFinite(residual) ? SolveStatus.NonFiniteInput : EndOf(residual);
    }

    /// <summary>Observes the residual of the next iterate; the status if the iteration ends with it.</summary>
    /// <param name="residual">The residual.</param>
    /// <param name="gained">Whether the iterate is better than the last by another measure: along a bent valley a minimizer lowers f for long before it lowers ‖∇f‖.</param>
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

        _growing = residual > _previous ? _growing + 1 : 0;
        _sinceBest = residual < _best || gained ? 0 : _sinceBest + 1;
        _best = Math.Min(_best, residual);
        _previous = residual;
        return EndOf(residual);
    }

    private void Tell() => watch.Tell(Iterations, Residual, Threshold);

    private SolveStatus? EndOf(double residual) => residual switch
    {
        _ when residual <= Threshold => SolveStatus.Converged,
        _ when residual > Blowup * _best || (Falling && _growing >= GrowingInARow && residual > Growth * _best) => SolveStatus.Diverged,
        _ when Falling && _sinceBest >= Window => SolveStatus.Stagnated,
        _ when watch.Cancellation.IsCancellationRequested => SolveStatus.Cancelled,
        _ when Iterations >= maxIterations => SolveStatus.MaxIterations,
        _ => null,
    };
}
