using FsCheck;
using FsCheck.Fluent;
using Hyperdiff.Testing.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.Hypergradients;

/// <summary>Estimates of the error of hypergradients against the exact error, where the solves were stopped early.</summary>
public sealed class ErrorEstimateProperties
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithReplay(0x5EED0011, 0x5EED0013).WithMaxTest(25);

    // few shapes: each is traced and compiled once
    private static readonly int[] s_states = [1, 2, 5, 9];
    private static readonly int[] s_hypers = [1, 4];

    [Fact]
    public void Estimate_OnAContractionInNorm_IsWithinAFactorOfTen() => ForAll(Contraction.InNorm, least: 15);

    [Fact]
    public void Estimate_OnAContractionInSpectrumOnly_IsWithinAFactorOfTen() => ForAll(Contraction.InSpectrum, least: 15);

    [Fact]
    public void Estimate_OnAStronglyConvexProblem_IsWithinAFactorOfTen()
    {
        int judged = 0;
        Prop.ForAll(ArbMap.Default.ArbFor<(int, PositiveInt, PositiveInt)>(), draw =>
        {
            (int seed, PositiveInt states, PositiveInt hypers) = draw;
            StronglyConvex problem = StronglyConvex.Of(seed, s_states[states.Get % s_states.Length], s_hypers[hypers.Get % s_hypers.Length]);
            foreach ((double inner, double adjoint) in new[] { (1e-2, 1e-2), (1e-3, 1e-7), (1e-8, 1e-2), (1e-6, 1e-6) })
            {
                ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(adjoint: LinearSolver.ConjugateGradient(adjoint)).Compute(
                    Bilevel.Problem(problem.Inner.Minimize(Minimizer.GradientDescent(StepSize.Fixed(1 / problem.Smoothness), inner)), problem.Outer),
                    problem.Start, problem.Hyper);
                judged += Judge(g, problem.Hypergradient()) ? 1 : 0;
            }
        }).Check(s_config);
        Assert.True(judged >= 75, $"{judged} estimates were judged");
    }

    private static void ForAll(Func<int, int, int, Contraction> make, int least)
    {
        int judged = 0;
        Prop.ForAll(ArbMap.Default.ArbFor<(int, PositiveInt, PositiveInt)>(), draw =>
        {
            (int seed, PositiveInt states, PositiveInt hypers) = draw;
            Contraction problem = make(seed, s_states[states.Get % s_states.Length], s_hypers[hypers.Get % s_hypers.Length]);
            foreach ((double inner, double adjoint) in new[] { (1e-2, 1e-2), (1e-3, 1e-7), (1e-8, 1e-2), (1e-6, 1e-6) })
            {
                ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(FixedPoint.Iterate(inner), LinearSolver.FixedPoint(adjoint))
                    .Compute(Bilevel.Problem(problem.Map, problem.Outer), problem.Start, problem.Hyper);
                judged += Judge(g, problem.Hypergradient()) ? 1 : 0;
            }
        }).Check(s_config);
        Assert.True(judged >= 4 * least, $"{judged} estimates were judged");
    }

    private static bool Judge(ImplicitHypergradient<Tensor, Tensor> g, Vector<double> exact)
    {
        g.EnsureConverged();
        double error = (Dense.Vector(g.Gradient) - exact).L2Norm();
        double ulp = DType.Float64.Epsilon() * exact.L2Norm();
        ErrorEstimate<Tensor> estimate = g.EstimateError();
        if (error <= 100 * ulp || estimate.Status == EstimateStatus.NotFirstOrder)
        {
            return false;
        }

        Assert.True(estimate.Status == EstimateStatus.Estimated, estimate.ToString());
        Assert.InRange(estimate.Value / error, 0.1, 10);

        // the correction takes away the first order: what is left is smaller, unless rounding is what is left
        double left = (Dense.Vector(g.Gradient + estimate.Correction!) - exact).L2Norm();
        Assert.True(left <= (0.9 * error) + (1e4 * ulp), $"the correction leaves {left} of {error}");
        return true;
    }
}
