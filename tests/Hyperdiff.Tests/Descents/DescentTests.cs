using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.Descents;

/// <summary>Where descents end on a quadratic problem with exact objectives: at the optimum, or exactly where their bias puts them.</summary>
public sealed class DescentTests
{
    private const int Seed = 11;
    private const double Residual = 1e-11;
    private const double Rate = 0.4;

    private static readonly QuadraticBilevel s_problem = QuadraticBilevel.Of(Seed);

    public static TheoryData<string> Unbiased => [.. UnbiasedMethods.Keys];

    public static TheoryData<string> Biased => [.. BiasedMethods.Keys];

    private static Dictionary<string, Descent> UnbiasedMethods => new()
    {
        ["SOBA"] = Descent.Soba(Rate, 0.2),
        ["AmIGO"] = Descent.Amigo(Rate, 5, 5, 0.5),
        ["dual multiplier"] = Descent.DualMultiplier(Rate, 0.2, adjointRate: Rate),
        ["dual multiplier, line search"] = Descent.DualMultiplier(Rate, 0.2),
    };

    private static Dictionary<string, (Descent Method, Vector<double> End)> BiasedMethods => new()
    {
        ["stocBiO"] = (Descent.StocBio(Rate, 5, 3, 0.5), s_problem.WithSeries(4, Rate)),
        ["TTSA"] = (Descent.Ttsa(Rate, 0.2, HessianSeries.Truncated(4, 0.3)), s_problem.WithSeries(4, 0.3)),
        ["TTSA, one term"] = (Descent.Ttsa(Rate, 0.2, HessianSeries.Truncated(1, 0.3)), s_problem.WithSeries(1, 0.3)),
        ["SUSTAIN"] = (Descent.Sustain(Rate, 0.2, 0.5, HessianSeries.Truncated(4, 0.3)), s_problem.WithSeries(4, 0.3)),
        ["F2SA"] = (Descent.F2sa(Rate, 10, 0.3, 10), s_problem.WithPenalty(10).Hyper),
        ["PBGD"] = (Descent.Pbgd(Rate, 3, 0.3, 10), s_problem.WithPenalty(10).Hyper),
        ["PBGD, m below 1"] = (Descent.Pbgd(Rate, 3, 0.3, 0.5), s_problem.WithPenalty(0.5).Hyper),
        ["PBGD, gradient norm"] = (Descent.PbgdGradientNorm(0.1, 0.1, 10), s_problem.WithGradientPenalty(10)),
        ["MEHA"] = (Descent.Meha(0.2, 0.5, 10, 1), s_problem.WithEnvelope(10, 1)),
        ["BVFSM"] = (Descent.Bvfsm(Rate, 20, 0.3, 0.5, 0.1), s_problem.WithBarrier(0.5, 0.1)),
        ["dual multiplier, mixed"] = (Descent.DualMultiplier(Rate, 0.2, Rate, mixture: 0.2), s_problem.WithMixture(0.2)),
    };

    [Theory]
    [MemberData(nameof(Unbiased))]
    public void Unbiased_WithExactObjectives_EndsAtTheOptimum(string method)
    {
        DescentSolution<Tensor, Tensor> solution = Minimize(UnbiasedMethods[method]);

        Assert.True(solution.Report.Converged, $"seed {Seed}: {solution}");
        AssertNear(s_problem.Optimum(), solution.Hyper);
        Vector<double> hyper = Dense.Vector(solution.Hyper);
        Assert.True((Dense.Vector(solution.State) - s_problem.Solution(hyper)).L2Norm() <= Residual / QuadraticBilevel.Convexity);

        // the adjoint is that of the conventions, with the sign that is subtracted
        Assert.Equal("adjoint", solution.Last.Memory[0].Name);
        Assert.True((Dense.Vector(solution.Last.Memory[0].Leaves[0]) - s_problem.Adjoint(hyper)).L2Norm()
            <= 10 * Residual / (QuadraticBilevel.Convexity * QuadraticBilevel.Convexity));
    }

    [Theory]
    [MemberData(nameof(Biased))]
    public void Biased_WithExactObjectives_EndsWhereItsBiasPutsIt(string method)
    {
        (Descent descent, Vector<double> end) = BiasedMethods[method];

        DescentSolution<Tensor, Tensor> solution = Minimize(descent);

        Assert.True(solution.Report.Converged, $"seed {Seed}: {solution}");
        AssertNear(end, solution.Hyper);

        // and it is a bias: not the optimum itself
        Assert.True(s_problem.Hypergradient(end).L2Norm() > 1e-3);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1000)]
    public void Penalties_HaveABiasOfTheOrderOfOneOverTheMultiplier(double m)
    {
        // second terms of the expansion are of the order of 1/m of the first
        AssertHalved(s_problem.WithPenalty(m).Hyper, s_problem.WithPenalty(2 * m).Hyper);
        AssertHalved(s_problem.WithGradientPenalty(m), s_problem.WithGradientPenalty(2 * m));
        AssertHalved(s_problem.WithEnvelope(m, 1), s_problem.WithEnvelope(2 * m, 1));
        AssertHalved(s_problem.WithBarrier(m, 1), s_problem.WithBarrier(2 * m, 1));

        void AssertHalved(Vector<double> at, Vector<double> atTwice) =>
            Assert.Equal(2, s_problem.Hypergradient(at).L2Norm() / s_problem.Hypergradient(atTwice).L2Norm(), 20 / m);
    }

    [Fact]
    public void Penalty_ThatGrows_LeavesNoBias()
    {
        var f2sa = Descent.F2sa(Rate, 10, 0.3, Schedule.From(k => 10 * (k + 1))) with { Tolerance = 0, MaxSteps = 400 };

        DescentSolution<Tensor, Tensor> solution = f2sa.Minimize(s_problem.Problem, s_problem.Start, s_problem.Hyper);

        double fixedBias = s_problem.Hypergradient(s_problem.WithPenalty(10).Hyper).L2Norm();
        double left = s_problem.Hypergradient(Dense.Vector(solution.Hyper)).L2Norm();
        Assert.True(left < 2 * fixedBias / 400, $"seed {Seed}: {left} against {fixedBias} at the first multiplier");
    }

    [Fact]
    public void Bome_WithDecreasingRate_EndsWhereItsInnerStepsPutIt()
    {
        const int InnerSteps = 3;
        var bome = Descent.Bome(Rate, InnerSteps, Schedule.From(k => 0.1 / (1 + (0.05 * k))), 0.5) with { Tolerance = 0, MaxSteps = 5000 };

        DescentSolution<Tensor, Tensor> solution = bome.Minimize(s_problem.Problem, s_problem.Start, s_problem.Hyper);

        Vector<double> expected = s_problem.WithSeries(InnerSteps, Rate);
        double distance = (Dense.Vector(solution.Hyper) - expected).L2Norm();
        double bias = (s_problem.Optimum() - expected).L2Norm();
        Assert.True(distance < 0.1 * bias, $"seed {Seed}: off by {distance}; the optimum is {bias} away\n{solution}");
    }

    private static DescentSolution<Tensor, Tensor> Minimize(Descent descent)
    {
        descent = descent with { Tolerance = Residual, MaxSteps = 20_000 };
        return descent switch
        {
            StochasticDescent stochastic => stochastic.Minimize(s_problem.Problem, s_problem.Start, s_problem.Hyper),
            ExactDescent exact => exact.Minimize(s_problem.Problem, s_problem.Start, s_problem.Hyper),
            _ => throw new ArgumentException("no such descent", nameof(descent)),
        };
    }

    // the residual's distance from the fixed point grows by the condition of the joint linear system, which is below a thousand here
    private static void AssertNear(Vector<double> expected, Tensor actual) =>
        Assert.True((Dense.Vector(actual) - expected).L2Norm() <= 1e3 * Residual, $"seed {Seed}: {(Dense.Vector(actual) - expected).L2Norm()} away");
}
