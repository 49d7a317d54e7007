using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Steps of a map that are differentiated: what both modes note of them on the way, and say of them at the end.</summary>
internal sealed class DifferentiatedSteps
{
    private readonly BilevelProblem _problem;
    private readonly BilevelPoint _start;
    private readonly int _count;
    private readonly SolveWatch _watch;
    private readonly List<Kink> _kinks = [];
    private (double First, double Last) _lengths;

    /// <summary>Before the first step.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">w₀ and λ.</param>
    /// <param name="count">T, the number of steps.</param>
    /// <param name="watch">Told of the length of every step.</param>
    public DifferentiatedSteps(BilevelProblem problem, BilevelPoint start, int count, SolveWatch watch)
    {
        (_problem, _start, _count) = (problem, start, count);
        _watch = watch.Of(TrajectoryReport.Name(problem.Map.Name, count));
        Inner = InnerProblem.Of(problem.Map, start);
    }

    /// <summary>The map at λ.</summary>
    public InnerProblem Inner { get; }

    /// <summary>Tells of a step.</summary>
    /// <param name="step">How many were made before it.</param>
    /// <param name="from">The iterate that it was made from.</param>
    /// <param name="to">The iterate that it led to.</param>
    public void Observe(int step, Tensor[] from, Tensor[] to)
    {
        double length = (new LeafVector(Inner.ActiveOf(to)) - Inner.ActiveOf(from)).Magnitude();
        _lengths = (step == 0 ? length : _lengths.First, length);
        _watch.Tell(step, length, double.PositiveInfinity);
    }

    /// <summary>Looks for kinks where a step was differentiated; where trajectories stand at one is where they begin, or where they end.</summary>
    public void NoteKinks(Tensor[] iterate) => _kinks.AddRange(KinkWarnings.OfStep(Inner, iterate, _start.HyperInputs));

    /// <summary>The hypergradient, with what is to be said of it.</summary>
    /// <param name="outer">F at the last iterate, and where that is.</param>
    /// <param name="indirect">The indirect part.</param>
    /// <param name="products">How often the map and its Jacobian, and the transposed Jacobian, were applied.</param>
    /// <param name="truncation">How many steps were differentiated, and a warning if that is not all of them.</param>
    public HypergradientParts End((OuterDerivative Derivative, BilevelPoint At) outer, Tensor[] indirect, (long Forward, long Transposed) products,
        (int Differentiated, IEnumerable<HypergradientWarning> Warnings) truncation)
    {
        (OuterDerivative derivative, BilevelPoint end) = outer;
        SolveReport report = TrajectoryReport.Of((_problem.Map.Name, _count), _lengths, products);
        ImmutableArray<bool> used = UnusedHyperparameters.UsedBySteps(Inner, _start.HyperInputs, truncation.Differentiated);
        var parts = new HypergradientParts(derivative.Value, end, derivative.HyperGradient, indirect, report, [])
        {
            WarmStart = _problem.ReadsMemory ? WarmStart.OfOptimizer(end.State) : null,
        };
        return parts with
        {
            Warnings =
            [
                .. UnusedHyperparameters.Find(_start.Hyper, derivative.DependsOn, used),
                .. truncation.Warnings,
                .. TrajectoryReport.Warnings(report, _problem.IsStationary),
                .. UnusedHyperparameters.WithoutEffect(parts, derivative.DependsOnOr(used), Inner, _start),
                .. derivative.Warnings,
                .. KinkWarnings.OfSteps(_problem.Map.Name, _kinks),
            ],
        };
    }
}
