using Hyperdiff.Graphs;
using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>The score-function estimator, for inner processes that are random and need not be differentiable: REINFORCE.</summary>
/// <remarks>
/// <code>
/// ∇ℓ = E[∇_λF(x, λ) + (F(x, λ) − b) ∇_λ log p(x | λ)],   x ∼ p(x | λ)
/// </code>
/// estimated by the mean over n samples, without bias for every baseline b; the standard errors come with it. With the moving average the terms of the mean are
/// uncorrelated; with leave-one-out they are
/// weakly correlated, and the standard error is right up to a part of 1/n. One run of the process, one gradient of log p and one of F per sample; memory of n
/// scores. The log-density and F are traced once
/// for all samples of one shape, and do not read values. Source: Williams (1992), "Simple statistical gradient-following algorithms for connectionist
/// reinforcement learning"; Glynn (1990), "Likelihood
/// ratio gradient estimation for stochastic systems".
/// </remarks>
public sealed class ScoreFunctionMethod
{
    private readonly int _samples;
    private readonly Baseline _baseline;

    internal ScoreFunctionMethod(int samples, Baseline baseline) => (_samples, _baseline) = (samples, baseline);

    /// <summary>Draws samples and estimates the hypergradient.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="key">What samples are drawn from: sample i from <c>key.Fold(i)</c>.</param>
    /// <param name="cancellation">Throws between samples.</param>
    /// <returns>The estimate; its value is the mean of F.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public EstimatedHypergradient<ValueTuple, THyper> Compute<TSample, THyper>(
        ExpectationProblem<TSample, THyper> problem, THyper hyper, RandomKey key, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(key);
        FlatTree<THyper> flat = problem.Outer.Function.FlattenHyper(hyper);
        flat.RequireActive("A hypergradient");
        var outer = new SampledFunction<TSample, THyper>(problem.Outer, flat);
        var density = new SampledFunction<TSample, THyper>(problem.LogDensity, flat);
        var values = new double[_samples];
        var gradients = new (Tensor[] Direct, Tensor[] Score)[_samples];
        for (int i = 0; i < _samples; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            TSample sample = problem.Sampler(key.Fold(i), hyper);
            (values[i], Tensor[] direct) = outer.At(sample);
            gradients[i] = (direct, density.At(sample).Gradient);
        }

        double[] baselines = _baseline.Of(values);
        var samples = new GradientSamples<THyper>(flat, problem.Outer.Function.HyperTree);
        for (int i = 0; i < _samples; i++)
        {
            samples.Add(gradients[i].Direct, Tensor.Scalar(values[i] - baselines[i]) * new LeafVector(gradients[i].Score));
        }

        ImmutableArray<HypergradientWarning> unused = [.. UnusedHyperparameters.Find(flat, outer.DependsOn, density.DependsOn)];
        return samples.Estimate($"score function of {problem.LogDensity.Name}", values.Average(), default(ValueTuple), _samples, null, unused);
    }
}
