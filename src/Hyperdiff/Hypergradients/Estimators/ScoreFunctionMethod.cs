using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>The score-function estimator, for inner processes that are random and need not be differentiable: REINFORCE.</summary>
/// <remarks>
/// <code>
/// ∇ℓ = E[∇_λF(x, λ) + (F(x, λ) − b) ∇_λ log p(x | λ)],   x ∼ p(x | λ)
/// </code>
/// estimated by the mean over n samples, without bias for every baseline b; the standard errors come with it. With the moving average the terms of the mean are
/// uncorrelated; with leave-one-out they are weakly correlated, and the standard error is right up to a part of 1/n. One run of the process, one gradient of
/// log p and one of F per sample; memory of n scores. The log-density and F are traced once for all samples of one shape, and do not read values. Source:
/// Williams (1992), "Simple statistical gradient-following algorithms for connectionist reinforcement learning", doi:10.1007/BF00992696; Glynn (1990),
/// "Likelihood ratio gradient estimation for stochastic systems", doi:10.1145/84537.84552.
/// </remarks>
public sealed partial class ScoreFunctionMethod : HypergradientMethod
{
    private readonly int _samples;
    private readonly Baseline _baseline;

    internal ScoreFunctionMethod(int samples, Baseline baseline) => (_samples, _baseline) = (samples, baseline);

    private protected override string Name => nameof(Hypergradient) + ".ScoreFunction";

    private protected override string Settings => $"{_samples} samples";

    /// <summary>Draws samples and estimates the hypergradient.</summary>
    /// <param name="problem">An expectation.</param>
    /// <param name="start">Nothing: there is no state but samples.</param>
    /// <param name="hyper">The hyperparameters λ.</param>
    /// <param name="options">The key that samples are drawn from, sample i from <c>key.Fold(i)</c>; cancellation, which throws between samples.</param>
    /// <returns>The estimate; its value is the mean of F.</returns>
    /// <exception cref="ArgumentException">The problem is not an expectation, or an option is missing or not read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public new EstimatedHypergradient<TState, THyper> Compute<TState, THyper>(
        BilevelProblem<TState, THyper> problem, TState start, THyper hyper, HypergradientOptions? options = null) =>
        new(problem, (EstimatedOutcome)Run(problem, start, hyper, options));

    private protected override OptionsRead Reads(BilevelProblem problem) => OptionsRead.Key;

    private protected override HypergradientOutcome ComputeCore(BilevelProblem problem, BilevelPoint point, HypergradientOptions options)
    {
        var process = (ISampledProcess)problem;
        var outer = new SampledFunction(problem.OuterFunction, point.Hyper);
        var density = new SampledFunction(process.LogDensity, point.Hyper);
        var values = new double[_samples];
        var gradients = new (Tensor[] Direct, Tensor[] Score)[_samples];
        for (int i = 0; i < _samples; i++)
        {
            Work.Step();
            FlatTree sample = process.Sample(options.Key!.Fold(i), point.Hyper);
            (values[i], Tensor[] direct) = outer.At(sample);
            gradients[i] = (direct, density.At(sample).Gradient);
        }

        double[] baselines = _baseline.Of(values);
        var samples = new GradientSamples(point);
        for (int i = 0; i < _samples; i++)
        {
            samples.Add(gradients[i].Direct, Tensor.Scalar(values[i] - baselines[i]) * new LeafVector(gradients[i].Score));
        }

        ImmutableArray<HypergradientWarning> unused = [.. UnusedHyperparameters.Find(point.Hyper, outer.DependsOn, density.DependsOn)];
        return samples.Estimate($"score function of {process.LogDensity.Name}", (values.Average(), _samples), null, unused);
    }
}
