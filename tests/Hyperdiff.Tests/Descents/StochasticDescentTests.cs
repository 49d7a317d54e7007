using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.Descents;

/// <summary>Descents with sampled objectives: unbiased, repeatable, and of reduced variance where they say so.</summary>
public sealed class StochasticDescentTests
{
    private const int Seed = 21;
    private const double Rate = 0.2;

    private static readonly QuadraticBilevel s_problem = QuadraticBilevel.Of(Seed);

    private static readonly SampledProblem<Tensor, Tensor> s_noisy = Bilevel.Problem(Noisy(s_problem.InnerValue), Noisy(s_problem.OuterValue));

    public static TheoryData<string> Methods => [.. All.Select(method => method.Name)];

    private static StochasticDescent[] All =>
    [
        Descent.Soba(Rate, 0.1),
        Descent.Amigo(Rate, 1, 1, 0.1),
        Descent.StocBio(Rate, 1, 3, 0.1),
        Descent.Ttsa(Rate, 0.1, HessianSeries.Truncated(4, Rate)),
        Descent.Sustain(Rate, 0.1, 0.5, HessianSeries.Truncated(4, Rate)),
        Descent.F2sa(Rate, 2, 0.1, 5),
        Descent.Pbgd(Rate, 2, 0.1, 5),
        Descent.Meha(Rate, 0.1, 5, 1),
    ];

    /// <summary>Noise that is additive in the gradients, of mean 0, leaves every first step in w unbiased, and that of λ where w did not move before
    /// it.</summary>
    [Theory]
    [MemberData(nameof(Methods))]
    public void Step_WithNoise_HasTheMeanOfTheExactStep(string method)
    {
        const int Samples = 1500;
        StochasticDescent descent = All.Single(m => m.Name == method);
        DescentSteps<Tensor, Tensor> noisy = descent.Steps(s_noisy, s_problem.Start, s_problem.Hyper);
        DescentSteps<Tensor, Tensor> exact = descent.Steps(s_problem.Problem, s_problem.Start, s_problem.Hyper);
        DescentState<Tensor, Tensor> from = exact.Next(exact.Next(exact.Start));
        DescentState<Tensor, Tensor> expected = exact.Next(from);

        // the number of steps chooses the key, and nothing else with constant rates
        Tensor[] hypers = new Tensor[Samples], states = new Tensor[Samples];
        for (int k = 0; k < Samples; k++)
        {
            DescentState<Tensor, Tensor> next = noisy.Next(new DescentState<Tensor, Tensor>(from.State, from.Hyper, from.Memory, k + 1, default));
            (hypers[k], states[k]) = (next.Hyper, next.State);
        }

        AssertMean(expected.Hyper, hypers);
        AssertMean(expected.State, states);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Run_WithTheSameKey_IsTheSame_AndWithAnotherIsNot(string method)
    {
        StochasticDescent descent = All.Single(m => m.Name == method) with { MaxSteps = 3, Tolerance = 0 };
        double[] Run(long seed) => (descent with { Key = RandomKey.FromSeed(seed) }).Minimize(s_noisy, s_problem.Start,
            s_problem.Hyper).Hyper.ToArray<double>();

        Assert.Equal(Run(1), Run(1));
        Assert.NotEqual(Run(1), Run(2));
    }

    [Fact]
    public void RandomSeries_HasTheMeanOfAllItsTerms_AndCountsTheProductsItDrew()
    {
        const int Samples = 4000;
        (DescentSteps<Tensor, Tensor> random, DescentSteps<Tensor, Tensor> truncated) = (
            Descent.Ttsa(Rate, 0.1, HessianSeries.Random(6, 0.3)).Steps(s_problem.Problem, s_problem.Start, s_problem.Hyper),
            Descent.Ttsa(Rate, 0.1, HessianSeries.Truncated(6, 0.3)).Steps(s_problem.Problem, s_problem.Start, s_problem.Hyper));
        DescentState<Tensor, Tensor> from = truncated.Start;
        var hypers = new Tensor[Samples];
        long products = 0;
        for (int k = 0; k < Samples; k++)
        {
            DescentState<Tensor, Tensor> next = random.Next(new DescentState<Tensor, Tensor>(from.State, from.Hyper, from.Memory, k, default));
            hypers[k] = next.Hyper;
            Assert.InRange(next.Counts.HessianProducts, 0, 5);
            products += next.Counts.HessianProducts;
        }

        AssertMean(truncated.Next(from).Hyper, hypers);

        // uniform on 0 … 5: mean 2.5, variance 35/12
        Assert.Equal(2.5, (double)products / Samples, 3 * Math.Sqrt(35.0 / 12 / Samples));
        Assert.Equal(0, random.CountsPerStep.HessianProducts);
    }

    /// <summary>With constant rates SABA converges to the optimum of a finite sum, and SOBA to a neighborhood that its noise keeps it in.</summary>
    [Fact]
    public void Saba_OverFiniteSums_Converges_WhereSobaDoesNot()
    {
        FiniteSumProblem<Tensor, Tensor> sums = Bilevel.Problem(Sum(s_problem.InnerValue, 8), Sum(s_problem.OuterValue, 5));
        var saba = Descent.Saba(0.05, 0.05) with { Tolerance = 1e-9, MaxSteps = 20_000 };
        var soba = Descent.Soba(0.05, 0.05) with { Tolerance = 1e-9, MaxSteps = 4000 };

        DescentSolution<Tensor, Tensor> reduced = saba.Minimize(sums, s_problem.Start, s_problem.Hyper);
        DescentSolution<Tensor, Tensor> plain = soba.Minimize(sums, s_problem.Start, s_problem.Hyper);

        Assert.True(reduced.Report.Converged, $"seed {Seed}: {reduced}");
        Assert.True(s_problem.Hypergradient(Dense.Vector(reduced.Hyper)).L2Norm() < 1e-6, $"seed {Seed}: {reduced}");
        Assert.Equal(SolveStatus.MaxIterations, plain.Report.Status);
        Assert.True(s_problem.Hypergradient(Dense.Vector(plain.Hyper)).L2Norm() > 1e-3, $"seed {Seed}: {plain}");

        // by default as well: by the largest of some draws
        DescentSolution<Tensor, Tensor> judged = (saba with { Tolerance = null }).Minimize(sums, s_problem.Start, s_problem.Hyper);
        Assert.True(judged.Report.Converged && judged.Last.Steps < 2 * reduced.Last.Steps, $"seed {Seed}: {judged}");
        Assert.True((judged.Hyper - Dense.Of(s_problem.Optimum())).Norm().ToScalar()
            <= Math.Cbrt(DType.Float64.Epsilon()) * s_problem.Optimum().L2Norm(), $"seed {Seed}: {judged}");
        Assert.Equal(SolveStatus.MaxIterations, (soba with { Tolerance = null }).Minimize(sums, s_problem.Start, s_problem.Hyper).Report.Status);

        // the tables cost one gradient per component
        Assert.Equal((8 + reduced.Last.Steps + 1, 5 + reduced.Last.Steps + 1), (reduced.Counts.InnerGradients, reduced.Counts.OuterGradients));
    }

    [Fact]
    public void Saba_WithOneComponent_IsSoba()
    {
        FiniteSumProblem<Tensor, Tensor> sums = Bilevel.Problem(FiniteSum.Of(s_problem.Inner), FiniteSum.Of(s_problem.Outer));
        DescentSolution<Tensor, Tensor> saba = (Descent.Saba(Rate, 0.1) with { MaxSteps = 20 }).Minimize(sums, s_problem.Start, s_problem.Hyper);
        DescentSolution<Tensor, Tensor> soba = (Descent.Soba(Rate, 0.1) with { MaxSteps = 20 }).Minimize(s_problem.Problem, s_problem.Start, s_problem.Hyper);

        // means and tables that cancel round
        Assert.True((saba.Hyper - soba.Hyper).Norm().ToScalar() < 1000 * DType.Float64.Epsilon());
    }

    /// <summary>Near the optimum a direction is mostly noise, of which momentum with η = 0.1 leaves a variance of η/(2 − η) ≈ 1/19 where it is the same at both
    /// points.</summary>
    [Fact]
    public void Sustain_HasDirectionsThatAreLessNoisyThanThoseOfTtsa()
    {
        var series = HessianSeries.Truncated(3, 0.4);
        double plain = Noise(Descent.Ttsa(Rate, 0.05, series));
        double corrected = Noise(Descent.Sustain(Rate, 0.05, 0.1, series));
        Assert.True(corrected < plain / 4, $"seed {Seed}: {corrected} against {plain}");

        static double Noise(StochasticDescent descent)
        {
            double sum = 0;
            var listener = new Listener(at => sum += at.Last.Steps < 100 ? 0 : at.Residual * at.Residual);
            (descent with { MaxSteps = 300, Tolerance = 0 }).Minimize(s_noisy, s_problem.Start, s_problem.Hyper, listener);
            return sum / 201;
        }
    }

    [Fact]
    public void SampledObjective_ThatReadsValues_SaysWhereItMayNot()
    {
        SampledObjective<Tensor, Tensor> reading = SampledObjective.From<Tensor, Tensor>((w, _, _) => w.Sum().ToScalar() > 0 ? w.Sum() : -w.Sum());

        Assert.ThrowsAny<InvalidOperationException>(() => Descent.Soba(Rate, 0.1).Steps(Bilevel.Problem(reading, reading), s_problem.Start, s_problem.Hyper));
    }

    // additive noise in both gradients, and in H
    private static SampledObjective<Tensor, Tensor> Noisy(Func<Tensor, Tensor, Tensor> value) => SampledObjective.From<Tensor, Tensor>((w, h, key) =>
        value(w, h) + (0.3 * key.Fold(0).Normal(w.Shape) * w).Sum() + (0.3 * key.Fold(1).Normal(h.Shape) * h).Sum()
            + (0.05 * key.Fold(2).Normal(w.Shape) * w.Square()).Sum());

    // components whose differences from the mean sum to zero
    private static FiniteSum<Tensor, Tensor> Sum(Func<Tensor, Tensor, Tensor> value, int count) => FiniteSum.From<Tensor, Tensor>(count, (w, h, i) =>
    {
        Tensor slopes = RandomKey.FromSeed(Seed).Normal([count, w.Shape[0]]);
        Tensor bends = 0.1 * RandomKey.FromSeed(Seed + 1).Uniform([count, w.Shape[0]]);
        return value(w, h) + ((slopes - slopes.Mean(0)).TakeRows(i) * w).Sum() + ((bends - bends.Mean(0)).TakeRows(i) * w.Square()).Sum();
    });

    private static void AssertMean(Tensor expected, Tensor[] samples)
    {
        Tensor stacked = Tensor.Stack(0, samples);
        double[] mean = stacked.Mean(0).ToArray<double>(), deviation = stacked.Std(0).ToArray<double>();
        for (int i = 0; i < mean.Length; i++)
        {
            double exact = expected.ToArray<double>()[i];
            Assert.True(Math.Abs(mean[i] - exact) <= (3 * deviation[i] / Math.Sqrt(samples.Length)) + 1e-14,
                $"seed {Seed}, component {i}: {mean[i]} against {exact}, deviation {deviation[i]}");
        }
    }

    private sealed class Listener(Action<DescentProgress<Tensor, Tensor>> listen) : IProgress<DescentProgress<Tensor, Tensor>>
    {
        public void Report(DescentProgress<Tensor, Tensor> value) => listen(value);
    }
}
