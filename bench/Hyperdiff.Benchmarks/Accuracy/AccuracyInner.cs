namespace Hyperdiff.Benchmarks.Accuracy;

/// <summary>How the inner problem is solved from its first state: as a map, or as the minimum that the map is a way to.</summary>
/// <param name="Name">The solver.</param>
/// <param name="Map">The solver of the map for a tolerance; null of a minimizer.</param>
/// <param name="Minimum">The minimizer for a tolerance; null of a solver of maps.</param>
internal sealed record AccuracyInner(string Name, Func<double, FixedPointSolver>? Map, Func<double, Minimizer>? Minimum)
{
    private const int MostUpdates = 100_000;

    /// <summary>Those that are tried.</summary>
    public static IReadOnlyList<AccuracyInner> All { get; } =
    [
        new("iteration", tolerance => FixedPoint.Iteration(tolerance, maxIterations: MostUpdates), null),
        new("Anderson(5)", tolerance => FixedPoint.Anderson(tolerance: tolerance, maxIterations: MostUpdates), null),
        new("Newton-CG", null, tolerance => Minimizer.NewtonCg(tolerance)),
        new("L-BFGS", null, tolerance => Minimizer.Lbfgs(tolerance: tolerance, maxIterations: MostUpdates)),
    ];
}
