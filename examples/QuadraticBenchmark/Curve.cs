using System.Collections.Immutable;

namespace QuadraticBenchmark;

/// <summary>How far a method got with how many calls.</summary>
/// <param name="Contestant">The method.</param>
/// <param name="Points">The first and the last state, and some between, evenly spread on a logarithmic scale of calls.</param>
/// <param name="Status">How it ended: by its number of steps, if nothing went wrong.</param>
internal sealed record Curve(Contestant Contestant, ImmutableArray<CurvePoint> Points, SolveStatus Status)
{
    /// <summary>An unbiased method has to fall to this part of its first ‖∇ℓ‖².</summary>
    public const double Fallen = 1e-6;

    /// <summary>By how much a biased method may miss its level: what is left of its convergence.</summary>
    public const double Missed = 0.01;

    /// <summary>The same for one whose steps cannot settle.</summary>
    public const double MissedUnsettled = 0.25;

    private const double Spacing = 1.1;

    /// <summary>The first ‖∇ℓ‖².</summary>
    public double First => Points[0].SquaredGradient;

    /// <summary>The last ‖∇ℓ‖².</summary>
    public double Last => Points[^1].SquaredGradient;

    /// <summary>Whether it did what is claimed; null if nothing is.</summary>
    public bool? Holds => Contestant.Claim switch
    {
        Claim.Unbiased => Last <= Fallen * First,
        Claim.Biased => Math.Abs(Last - Contestant.Predicted!.Value) <= Missed * Contestant.Predicted.Value,
        Claim.BiasedAndUnsettled => Math.Abs(Last - Contestant.Predicted!.Value) <= MissedUnsettled * Contestant.Predicted.Value,
        _ => null,
    };

    /// <summary>Runs a method for a number of calls.</summary>
    public static Curve Of(Quadratic problem, Contestant contestant, long calls)
    {
        int steps = (int)Math.Max(1, calls / contestant.CallsPerStep.Total);
        var points = new List<CurvePoint>();
        var listener = new Listener(state =>
        {
            if (points.Count == 0 || state.Counts.Total >= Spacing * points[^1].Counts.Total)
            {
                points.Add(Point(state));
            }
        });
        DescentSolution<Tensor, Tensor> solution = contestant.Run(steps, listener);
        if (points[^1].Steps != solution.Last.Steps)
        {
            points.Add(Point(solution.Last));
        }

        return new Curve(contestant, [.. points], solution.Report.Status);

        CurvePoint Point(DescentState<Tensor, Tensor> state) => new(state.Steps, state.Counts, problem.SquaredGradient(state.Hyper));
    }

    /// <summary>‖∇ℓ‖² when so many calls were made.</summary>
    public double After(long calls) => Points.Last(point => point.Counts.Total <= Math.Max(calls, Points[0].Counts.Total)).SquaredGradient;

    private sealed class Listener(Action<DescentState<Tensor, Tensor>> listen) : IProgress<DescentProgress<Tensor, Tensor>>
    {
        public void Report(DescentProgress<Tensor, Tensor> value) => listen(value.Last);
    }
}
