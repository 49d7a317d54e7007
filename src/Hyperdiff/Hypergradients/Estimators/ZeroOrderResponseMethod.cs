using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>The indirect part by zero-order differences of the inner solution, F by its gradient: PZOBO. For inner solvers that can only be run.</summary>
/// <remarks>
/// <code>
/// ∇ = ∇_λF + (1/Q) Σ_q u_q ⟨(w(λ + μu_q) − w(λ))/μ, g⟩,   u_q ∼ N(0, I)
/// </code>
/// with standard errors. w(λ) is a minimizer's result, the end of an optimizer's steps, or what any code returns; every run begins at the same start, with the
/// same key. Without bias where w is linear in λ, off by the order of μ otherwise. Q + 1 inner solves, and no derivative of the inner problem. What the inner
/// solver leaves unsolved is divided by μ. Source: Sow, Ji and Liang (2022), "On the convergence theory for Hessian-free bilevel algorithms", arXiv:2110.07004,
/// where it is PZOBO. </remarks>
public sealed partial class ZeroOrderResponseMethod : HypergradientMethod
{
    private readonly int _samples;
    private readonly double _radius;
    private readonly int? _steps;

    internal ZeroOrderResponseMethod(int samples, double radius, int? steps) => (_samples, _radius, _steps) = (samples, radius, steps);

    private protected override string Name => nameof(Hypergradient) + ".ZeroOrderResponse";

    private protected override string Settings => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{_samples} samples at radius {_radius:G6}");

    /// <summary>Runs the inner solver around λ.</summary>
    /// <param name="problem">Anything that has an inner solution.</param>
    /// <param name="start">The first inner iterate, of every run; of an optimizer w₀, with a fresh memory or with that of a warm start.</param>
    /// <param name="hyper">The hyperparameters λ.</param>
    /// <param name="options">The key that directions are drawn from; progress, of the runs; cancellation, which ends solves and throws between runs.</param>
    /// <returns>The estimate; its inner report is the worst of all runs.</returns>
    /// <exception cref="ArgumentException">There is no inner solution, or an option is missing or not read.</exception>
    /// <exception cref="InvalidOperationException">The problem is of an optimizer's steps and the method has no number of them, or the reverse.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public new EstimatedHypergradient<TState, THyper> Compute<TState, THyper>(
        BilevelProblem<TState, THyper> problem, TState start, THyper hyper, HypergradientOptions? options = null) =>
        new(problem, (EstimatedOutcome)Run(problem, start, hyper, options));

    private protected override OptionsRead Reads(BilevelProblem problem) =>
        OptionsRead.Key | (problem is IResponse ? OptionsRead.None : OptionsRead.Progress) | (problem.ReadsMemory ? OptionsRead.Memory : OptionsRead.None);

    private protected override HypergradientOutcome ComputeCore(BilevelProblem problem, BilevelPoint point, HypergradientOptions options)
    {
        var runs = new ResponseRuns(Name, (problem, _steps), point, options.Watch);
        OuterDerivative derivative = OuterDerivative.At(problem.OuterFunction, runs.Here);
        var directions = new GaussianDirections(point.Hyper, options.Key!);
        var samples = new GradientSamples(runs.Here);
        for (int i = 0; i < _samples; i++)
        {
            Work.Step();
            LeafVector u = directions.At(i);
            LeafVector change = new LeafVector(runs.At(directions.Moved(u, _radius)).ActiveTensors) - runs.Here.State.ActiveTensors;
            double slope = LeafVector.Dot(change, derivative.StateGradient).Total().ToScalar() / _radius;
            samples.Add(derivative.HyperGradient, Tensor.Scalar(slope) * u);
        }

        return samples.Estimate($"zero-order response of radius {_radius}", (derivative.Value, _samples + 1L), runs.Worst);
    }
}
