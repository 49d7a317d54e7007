using BenchmarkDotNet.Attributes;

namespace Hyperdiff.Benchmarks;

/// <summary>Whole hypergradients at a given state: linearization, twenty products, and the way back to λ. The step of the inner problem is the floor beside
/// them.</summary>
[MemoryDiagnoser]
public class HypergradientBenchmarks
{
    private static readonly ImplicitMethod s_fixedPoint = Hypergradient.Implicit(LinearSolver.FixedPoint(0, maxIterations: 20));
    private static readonly ImplicitMethod s_conjugateGradient = Hypergradient.Implicit(LinearSolver.ConjugateGradient(0, maxIterations: 20));
    private static readonly ReverseMethod s_reverse = Hypergradient.Reverse(100);

    private LogisticProblem _problem = null!;

    /// <summary>Samples × features.</summary>
    [Params("100x10", "1000x100", "10000x1000")]
    public string Size { get; set; } = string.Empty;

    /// <summary>Makes the problem and compiles what is timed.</summary>
    [GlobalSetup]
    public void Setup()
    {
        string[] sizes = Size.Split('x');
        _problem = new LogisticProblem(int.Parse(sizes[0], null), int.Parse(sizes[1], null));
    }

    /// <summary>One Φ.</summary>
    [Benchmark(Baseline = true)]
    public Weights InnerStep() => _problem.Problem.Inner.Map.Evaluate(_problem.State, _problem.Hyper);

    /// <summary>Twenty updates of the fixed-point adjoint.</summary>
    [Benchmark]
    public object FixedPoint20() => s_fixedPoint.Compute(_problem.Given, _problem.State, _problem.Hyper);

    /// <summary>Twenty updates of conjugate gradients.</summary>
    [Benchmark]
    public object ConjugateGradient20() => s_conjugateGradient.Compute(_problem.Given, _problem.State, _problem.Hyper);

    /// <summary>A hundred steps, and back through them.</summary>
    [Benchmark]
    public object Reverse100() => s_reverse.Compute(_problem.Problem, _problem.Start, _problem.Hyper);
}
