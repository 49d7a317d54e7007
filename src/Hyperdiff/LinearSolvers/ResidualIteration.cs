namespace Hyperdiff;

/// <summary>A method whose every iterate has its true residual, by one product per update: what such methods share around the update itself.</summary>
internal sealed class ResidualIteration
{
    private readonly LinearSolver _solver;
    private readonly LinearSystem _system;
    private readonly IterationMonitor _monitor;
    private long _products;
    private SolveStatus? _status;

    /// <summary>Before the first update.</summary>
    /// <param name="solver">The method.</param>
    /// <param name="system">The system.</param>
    /// <param name="maxIterations">The most updates.</param>
    public ResidualIteration(LinearSolver solver, LinearSystem system, int maxIterations)
    {
        (_solver, _system) = (solver, system);
        (X, Start, _products) = system.Begin();
        _monitor = new IterationMonitor(system.ThresholdOf(solver.Tolerance), maxIterations, system.Watch)
        {
            Epsilon = system.Epsilon,
            AtRounding = units => _monitor!.Residual <= units * RoundingLevel.Of(system, X),
            Growth = () => Growth?.Invoke(),
        };
        _status = _monitor.Start(new LeafVector(Start).Magnitude());
    }

    /// <summary>The iterate at hand.</summary>
    public Tensor[] X { get; private set; }

    /// <summary>The residual of the first iterate.</summary>
    public Tensor[] Start { get; }

    /// <summary>Looks for evidence that the iteration grows without limit (<see cref="IterationMonitor.Growth"/>).</summary>
    public Func<double?>? Growth { get; set; }

    /// <summary>How many updates were made.</summary>
    public int Updates => _monitor.Iterations;

    /// <summary>Whether it is to go on.</summary>
    public bool Continues => _status is null;

    /// <summary>Judges the next iterate.</summary>
    /// <param name="x">The iterate.</param>
    /// <param name="residual">‖b − A x‖.</param>
    public void Next(Tensor[] x, double residual)
    {
        _products++;
        X = x;
        _status = _monitor.Next(residual);
        _system.Observer?.Invoke(x, residual, _monitor.Iterations);
    }

    /// <summary>What was reached.</summary>
    public LinearSolution End() => new(X, _monitor.Report(_solver.Name, _status ?? SolveStatus.MaxIterations, _products));
}
