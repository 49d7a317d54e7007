using System.Globalization;

namespace Hyperdiff;

/// <summary>What is said of a trajectory: no tolerance was asked for, so that any finite one is the one that was asked for, unless it runs away.</summary>
internal static class TrajectoryReport
{
    /// <summary>What a number of steps is called.</summary>
    public static string Name(string map, int steps) => $"{steps} steps of {map}";

    /// <summary>The report of a number of steps.</summary>
    /// <param name="trajectory">The map, and T, the number of steps.</param>
    /// <param name="lengths">‖w₁ − w₀‖ and ‖w_T − w_{T−1}‖.</param>
    /// <param name="products">How often the map and its Jacobian, and the transposed Jacobian, were applied.</param>
    public static SolveReport Of((string Map, int Steps) trajectory, (double First, double Last) lengths, (long Forward, long Transposed) products)
    {
        ((string map, int steps), (double first, double last)) = (trajectory, lengths);
        SolveStatus status = !double.IsFinite(last)
            ? double.IsFinite(first) ? SolveStatus.NonFiniteIterate : SolveStatus.NonFiniteInput : SolveStatus.Converged;
        double rate = steps < 2 ? double.NaN : Math.Pow(last / first, 1.0 / (steps - 1));
        return new SolveReport(Name(map, steps), status, steps, last, double.PositiveInfinity, products.Forward, products.Transposed, rate)
        {
            Kind = SolverKind.Trajectory,
        };
    }

    /// <summary>A warning if the steps of a map that stays the same grow; of one that changes, growing steps say nothing.</summary>
    public static IEnumerable<HypergradientWarning> Warnings(SolveReport report, bool isStationary)
    {
        if (isStationary && report.Rate > 1)
        {
            yield return new HypergradientWarning(
                WarningKind.DivergingTrajectory,
                string.Create(CultureInfo.InvariantCulture,
                    $"the steps grow by ×{report.Rate:G4} on average: the map is not a contraction here; take a smaller step size"));
        }
    }
}
