using BenchmarkDotNet.Attributes;

namespace Hyperdiff.Benchmarks;

/// <summary>The mean anomaly and the eccentricity of an orbit.</summary>
public readonly record struct Orbit(double M, double Ecc);

/// <summary>Kepler's equation, over plain numbers.</summary>
public static partial class Kepler
{
    [FixedPointMap]
    public static double Step(double e, Orbit o) => o.M + (o.Ecc * Math.Sin(e));

    [OuterObjective]
    public static double Height(double e, Orbit o)
    {
        double r = 1 - (o.Ecc * Math.Cos(e));
        return e > o.M ? r * Math.Sin(e) : r * r;
    }
}

/// <summary>Derivatives of lifted methods, as ratios to the same formulas written by hand.</summary>
[MemoryDiagnoser]
public class NumberBenchmarks
{
    private readonly Orbit _orbit = new(0.5, 0.3);
    private readonly double _anomaly = Kepler.StepMap.Solve(1.0, new Orbit(0.5, 0.3)).EnsureConverged();

    /// <summary>∂E/∂M and ∂E/∂e by hand.</summary>
    [Benchmark(Baseline = true)]
    public Orbit ByHand()
    {
        double slope = 1 - (_orbit.Ecc * Math.Cos(_anomaly));
        return new Orbit(1 / slope, Math.Sin(_anomaly) / slope);
    }

    /// <summary>The same from the lifted map.</summary>
    [Benchmark]
    public Orbit SolutionGradient() => Kepler.StepMap.Gradient(_anomaly, _orbit);

    /// <summary>The derivative of an objective with a branch.</summary>
    [Benchmark]
    public double ObjectiveGradient() => Kepler.HeightObjective.Gradient(_anomaly, _orbit);

    /// <summary>The equation solved.</summary>
    [Benchmark]
    public double Solve() => Kepler.StepMap.Solve(1.0, _orbit).State;
}
