using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.Hypergradients;

/// <summary>Adjoints on minibatches against exact moments, which enumerate all minibatches. A correct method fails a comparison with the probability of four
/// standard errors, 6·10⁻⁵.</summary>
public sealed class StochasticLaws
{
    private const int Seed = 11;
    private const int Size = 2;
    private const double Errors = 4;

    private static readonly SampledRegression s_problem = new(Seed, samples: 6, size: 3);
    private static readonly int[][] s_batches = [.. SampledRegression.Subsets(s_problem.Samples, Size)];
    private static readonly Vector<double> s_solution = s_problem.Hessian(s_problem.Samples).Solve(s_problem.StateGradient);
    private static readonly Vector<double> s_anyV = Vector<double>.Build.Dense([0.7, -1.1, 0.4]);

    [Theory]
    [InlineData(0.0, AdjointStart.Zero)]
    [InlineData(0.4, AdjointStart.Zero)]
    [InlineData(0.4, AdjointStart.OuterGradient)]
    public void OnAllSamples_Sgd_IsDescentOnTheSystem(double momentum, AdjointStart from)
    {
        (double rate, int steps) = (0.2, 30);
        StochasticHypergradient<Tensor, Tensor> g = Hypergradient.Stochastic(Optimizer.Sgd(rate, momentum), steps, from: from)
            .Compute(s_problem.Problem, s_problem.State, s_problem.Hyper, new() { Key = RandomKey.FromSeed(1) });
        WarmStart? start = from == AdjointStart.OuterGradient ? WarmStart.Of(Dense.Of(s_problem.StateGradient)) : null;
        ImplicitHypergradient<Tensor, Tensor> expected = Hypergradient.Implicit(adjoint: LinearSolver.Descent(rate, momentum, 0, maxIterations: steps))
            .Compute(s_problem.Problem, s_problem.State, s_problem.Hyper, new() { WarmStart = start });

        AssertClose(Dense.Vector(expected.Gradient), g.Gradient);
        AssertClose(Dense.Vector(expected.Adjoint), g.Adjoint);
        Assert.Equal(expected.AdjointReport.Residual, g.AdjointReport.Residual, 1e-12);
        Assert.Equal((0.0, expected.Value), (g.StandardError, g.Value));
    }

    [Fact]
    public void ThroughTheMap_TheSystemIsThatOfTheMap()
    {
        // (I − Jᵀ) v = ηH v: the same descent as with η times the rate, and v is larger by 1/η
        (double map, double rate) = (0.25, 0.8);
        StochasticHypergradient<Tensor, Tensor> g = Hypergradient.Stochastic(Optimizer.Sgd(rate), 25, mapRate: map)
            .Compute(s_problem.Problem, s_problem.State, s_problem.Hyper, new() { Key = RandomKey.FromSeed(1) });
        FixedPointProblem<Tensor, Tensor> problem = Bilevel.Problem(s_problem.Inner.GradientDescentMap(map), s_problem.Outer);
        ImplicitHypergradient<Tensor, Tensor> expected = Hypergradient.Implicit(LinearSolver.Descent(rate, 0, 0, maxIterations: 25))
            .Compute(Bilevel.Problem(problem.Inner.Map.SolvedBy(FixedPoint.Iteration(maxIterations: 0)), problem.Outer), s_problem.State, s_problem.Hyper);
        StochasticHypergradient<Tensor, Tensor> direct = Hypergradient.Stochastic(Optimizer.Sgd(rate * map), 25)
            .Compute(s_problem.Problem, s_problem.State, s_problem.Hyper, new() { Key = RandomKey.FromSeed(1) });

        AssertClose(Dense.Vector(expected.Gradient), g.Gradient);
        AssertClose(Dense.Vector(expected.Adjoint), g.Adjoint);
        AssertClose(Dense.Vector(direct.Gradient), g.Gradient);
        AssertClose(Dense.Vector(direct.Adjoint) / map, g.Adjoint);
    }

    [Fact]
    public void MinibatchesOfAllSamples_AreAllSamples()
    {
        StochasticHypergradient<Tensor, Tensor> all = Hypergradient.Stochastic(Optimizer.Sgd(0.2), 10)
            .Compute(s_problem.Problem, s_problem.State, s_problem.Hyper, new() { Key = RandomKey.FromSeed(1) });
        StochasticHypergradient<Tensor, Tensor> drawn = Hypergradient.Stochastic(
            Optimizer.Sgd(0.2), 10, 2, 2, s_problem.Samples.Length, s_problem.OuterSamples.Length)
            .Compute(s_problem.Problem, s_problem.State, s_problem.Hyper, new() { Key = Key(0) });

        Assert.Equal(all.Gradient.ToArray<double>(), drawn.Gradient.ToArray<double>());
        Assert.Equal(0, drawn.StandardError);
    }

    [Fact]
    public void AtAGivenAdjoint_TheGradientIsUnbiased()
    {
        StochasticMethod method = Hypergradient.Stochastic(Optimizer.Sgd(0.1), 0, 2, 3, Size);
        Vector<double>[] draws = [.. Enumerable.Range(0, 400)
            .Select(i => Dense.Vector(
            method.Compute(s_problem.Problem, s_problem.State, s_problem.Hyper, new() { Key = Key(i), WarmStart = WarmStart.Of(Dense.Of(s_anyV)) }).Gradient))];

        AssertMean(s_problem.HyperGradient(s_problem.OuterSamples) + s_problem.Indirect(s_problem.Samples, s_anyV), draws);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    public void VarianceOfTheGradient_FallsAsOneOverTheNumberOfMinibatches_AndTheStandardErrorTellsIt(int batches)
    {
        StochasticMethod method = Hypergradient.Stochastic(Optimizer.Sgd(0.1), 0, batches, batches, Size);
        StochasticHypergradient<Tensor, Tensor>[] draws = [.. Enumerable.Range(0, 400)
            .Select(i => method.Compute(
                s_problem.Problem, s_problem.State, s_problem.Hyper, new() { Key = Key(i), WarmStart = WarmStart.Of(Dense.Of(s_anyV)) }))];

        Vector<double> direct = s_problem.HyperGradient(s_problem.OuterSamples);
        Vector<double> indirect = s_problem.Indirect(s_problem.Samples, s_anyV);
        double variance = (SampledRegression.Subsets(s_problem.OuterSamples, Size).Average(set => Squared(s_problem.HyperGradient(set) - direct))
            + s_batches.Average(set => Squared(s_problem.Indirect(set, s_anyV) - indirect))) / batches;
        AssertMean(variance, [.. draws.Select(g => Squared(Dense.Vector(g.Gradient) - direct - indirect))]);
        if (batches > 1)
        {
            AssertMean(variance, [.. draws.Select(g => g.StandardError * g.StandardError)]);
        }
        else
        {
            Assert.All(draws, g => Assert.True(double.IsNaN(g.StandardError)));
        }
    }

    [Fact]
    public void Adjoint_HasTheMomentsOfItsRecursion()
    {
        (Vector<double> mean, double error) = Moments(_ => 0.3, 25);
        Vector<double>[] adjoints = Adjoints(Optimizer.Sgd(0.3), 25, 300);

        AssertMean(mean, adjoints);
        AssertMean(error, [.. adjoints.Select(v => Squared(v - s_solution))]);
    }

    [Fact]
    public void WithAFallingRate_TheMeanSquaredErrorFallsAsOneOverTheSteps()
    {
        // η_t = η₀/(1 + q t): with η₀/q > 1/μ the error is at most of order 1/t (Robbins and Monro), and the enumerated recursion says what it is
        (double initial, double decay) = (0.5, 0.2);
        double Rate(int t) => initial / (1 + (decay * t));
        Assert.True(initial / decay > 1 / s_problem.Hessian(s_problem.Samples).Evd().EigenValues.Min(value => value.Real));
        double Exact(int steps) => Moments(Rate, steps).SquaredError;

        // the transient falls as t^(−2μη₀/q), faster than 1/t: late in the recursion four times the steps leave a quarter of the error
        Assert.InRange(Exact(16_000) / Exact(4_000), 0.2, 0.3);
        foreach (int steps in new[] { 20, 80 })
        {
            AssertMean(Exact(steps), [.. Adjoints(Optimizer.Sgd(Schedule.InverseTime(initial, decay)), steps, 100).Select(v => Squared(v - s_solution))]);
        }
    }

    [Fact]
    public void Minibatches_AreSubsets_AllEquallyLikely()
    {
        int count = 6000;
        (int Key, int Count)[] drawn =
            [.. Enumerable.Range(0, count).Select(i => Minibatch.Draw(Key(Seed).Fold(i), 6, Size).ToArray<int>()).GroupBy(set => (6 * set[0]) + set[1])
                .Select(group => (group.Key, group.Count()))];

        Assert.Equal(s_batches.Select(set => (6 * set[0]) + set[1]), drawn.Select(group => group.Key).Order());
        double expected = count / 15.0;

        // χ² with 14 degrees of freedom: mean 14, standard deviation √28
        Assert.InRange(drawn.Sum(group => Math.Pow(group.Count - expected, 2) / expected), 0, 14 + (Errors * Math.Sqrt(28)));
        Assert.Equal([0, 1, 2, 3, 4, 5], Minibatch.Draw(Key(1), 6, 6).ToArray<int>());
    }

    private static Vector<double>[] Adjoints(Optimizer optimizer, int steps, int draws)
    {
        StochasticMethod method = Hypergradient.Stochastic(optimizer, steps, 1, 0, Size);
        return [.. Enumerable.Range(0, draws)
            .Select(i => Dense.Vector(method.Compute(s_problem.Problem, s_problem.State, s_problem.Hyper, new() { Key = Key(i) }).Adjoint))];
    }

    /// <summary>E v and E‖v − v*‖² after some steps v ← (I − ηH_ξ) v + ηg from zero, from those of v and vvᵀ.</summary>
    private static (Vector<double> Mean, double SquaredError) Moments(Func<int, double> rate, int steps)
    {
        Vector<double> g = s_problem.StateGradient;
        Matrix<double> identity = Matrix<double>.Build.DenseIdentity(g.Count);
        Matrix<double>[] hessians = [.. s_batches.Select(s_problem.Hessian)];
        Matrix<double> whole = s_problem.Hessian(s_problem.Samples);
        (Vector<double> m, Matrix<double> second) = (0 * g, 0 * identity);
        for (int t = 0; t < steps; t++)
        {
            double eta = rate(t);
            Vector<double> moved = (identity - (eta * whole)) * m;
            second = hessians.Select(hessian => (identity - (eta * hessian)) * second * (identity - (eta * hessian))).Aggregate((a, b) => a + b)
                .Divide(hessians.Length)
                + (eta * (moved.OuterProduct(g) + g.OuterProduct(moved))) + (eta * eta * g.OuterProduct(g));
            m = moved + (eta * g);
        }

        return (m, second.Trace() - (2 * (s_solution * m)) + Squared(s_solution));
    }

    private static RandomKey Key(int draw) => RandomKey.FromSeed((1000 * Seed) + draw);

    private static double Squared(Vector<double> vector) => vector * vector;

    private static void AssertClose(Vector<double> expected, Tensor actual) => Assert.InRange(Dense.RelativeError(expected, actual), 0, 1e-13);

    private static void AssertMean(Vector<double> expected, Vector<double>[] draws)
    {
        for (int i = 0; i < expected.Count; i++)
        {
            AssertMean(expected[i], [.. draws.Select(draw => draw[i])]);
        }
    }

    private static void AssertMean(double expected, double[] draws)
    {
        double mean = draws.Average();
        double error = Math.Sqrt(draws.Sum(x => (x - mean) * (x - mean)) / (draws.Length - 1.0) / draws.Length);
        Assert.True(Math.Abs(mean - expected) <= Errors * error,
            $"the mean of {draws.Length} draws from seed {Seed} is {mean} ± {error}, and {expected} was expected");
    }
}
