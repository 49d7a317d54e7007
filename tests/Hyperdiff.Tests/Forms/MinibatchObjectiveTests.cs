namespace Hyperdiff.Tests.Forms;

/// <summary>Objectives over samples as sampled objectives: what a step on a minibatch is, and what it is on average.</summary>
public sealed class MinibatchObjectiveTests
{
    private const int Samples = 12;
    private const double Rate = 0.25;

    private static readonly ObjectiveForm<Tensor, Tensor, (Tensor X, Tensor Scale)> s_form = new(
        "Spread",
        (w, h, data) => (0.5 * (w - (data.Scale * data.X)).Square().Mean()) + (0.5 * h * w.Square()),
        Tree.Tensor,
        Tree.Tensor,
        Tree.Tuple(Tree.Tensor, Tree.Tensor),
        "Item1");

    private static readonly Tensor s_x = RandomKey.FromSeed(1).Normal([Samples]);

    private static readonly Objective<Tensor, Tensor> s_inner = s_form.Bind((s_x, Tensor.Scalar(2.0)));

    /// <summary>A step from w₀ goes to w₀ − ρ ((1 + h) w₀ − 2x̄_ξ): the minibatch's mean can be read off, and averages to that of all samples.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Step_OnAMinibatch_IsThatOfItsMean_AndWithoutBias(int size)
    {
        const int Keys = 2000;
        (double w, double h) = (0.7, 0.3);
        SampledProblem<Tensor, Tensor> problem = Bilevel.Problem(s_inner.OnMinibatches(size),
            SampledObjective.Of(Objective.From<Tensor, Tensor>((at, _) => at.Square())));
        DescentSteps<Tensor, Tensor> steps = Descent.Soba(Rate, 0.1).Steps(problem, Tensor.Scalar(w), Tensor.Scalar(h));

        // the number of steps chooses the key, and nothing else with constant rates
        double[] means = [.. Enumerable.Range(0, Keys).Select(k =>
            (((1 + h) * w)
                - ((w - steps.Next(new DescentState<Tensor, Tensor>(steps.Start.State, steps.Start.Hyper, steps.Start.Memory, k, default)).State.ToScalar())
                    / Rate)) / 2)];
        double[] x = s_x.ToArray<double>();
        double variance = x.Average(one => Math.Pow(one - x.Average(), 2)) / size;

        Assert.True(Math.Abs(means.Average() - x.Average()) <= 3 * Math.Sqrt(variance / Keys),
            $"{means.Average()} against {x.Average()}, with a standard error of {Math.Sqrt(variance / Keys)}");

        // the variance of a variance of Gaussian means is 2/n of its square; that of single samples has their kurtosis, at most n
        Assert.InRange(means.Average(mean => Math.Pow(mean - x.Average(), 2)) / variance, 1 - (3 * Math.Sqrt(Samples / (double)Keys)),
            1 + (3 * Math.Sqrt(Samples / (double)Keys)));
        if (size == 1)
        {
            Assert.All(means, mean => Assert.Contains(x, one => Math.Abs(one - mean) <= 100 * DType.Float64.Epsilon()));
        }
    }

    [Fact]
    public void ADescentOnMinibatches_IsRepeatedByItsKey()
    {
        SampledProblem<Tensor, Tensor> problem = Bilevel.Problem(s_inner.OnMinibatches(4),
            SampledObjective.Of(Objective.From<Tensor, Tensor>((at, _) => at.Square())));
        StochasticDescent descent = Descent.Soba(Rate, 0.1) with { MaxSteps = 5, Tolerance = 0 };
        double Run(long seed) => (descent with { Key = RandomKey.FromSeed(seed) }).Minimize(problem, Tensor.Scalar(0.7), Tensor.Scalar(0.3)).Hyper.ToScalar();

        Assert.Equal(Run(1), Run(1));
        Assert.NotEqual(Run(1), Run(2));
    }

    [Fact]
    public void AnObjectiveWithoutSamples_IsRefused()
    {
        Objective<Tensor, Tensor> lambda = Objective.From<Tensor, Tensor>((w, h) => (w * h).Sum(), "Energy");

        string message = Assert.Throws<InvalidOperationException>(() => lambda.OnMinibatches(10)).Message;

        Assert.Equal("OnMinibatches: Energy has no [Batch] parameters, so that nothing says what a sample is; mark those of its data that hold samples.",
            message);
        Assert.Throws<ArgumentOutOfRangeException>(() => s_inner.OnMinibatches(0));
    }
}
