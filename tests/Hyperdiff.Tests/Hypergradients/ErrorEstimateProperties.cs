using FsCheck.Xunit;
using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.Hypergradients;

/// <summary>Estimates of the error of hypergradients against the exact error, where the solves were stopped early.</summary>
[Properties(Replay = "(1592590353,1592590355)", MaxTest = 1, Arbitrary = [typeof(ProblemsOfFewSizes)])]
public sealed class ErrorEstimateProperties
{
    private static readonly (double Inner, double Adjoint)[] s_tolerances = [(1e-2, 1e-2), (1e-3, 1e-7), (1e-8, 1e-2), (1e-6, 1e-6)];

    [Property]
    public void Estimate_OnAContractionInNorm_IsWithinAFactorOfTen(ProblemDraw[] draws) => Estimates(draws, Contraction.InNorm, least: 15);

    [Property]
    public void Estimate_OnAContractionInSpectrumOnly_IsWithinAFactorOfTen(ProblemDraw[] draws) => Estimates(draws, Contraction.InSpectrum, least: 15);

    [Property]
    public void Estimate_OnAStronglyConvexProblem_IsWithinAFactorOfTen(ProblemDraw[] draws)
    {
        int judged = 0;
        foreach (ProblemDraw draw in draws)
        {
            StronglyConvex problem = StronglyConvex.Of(draw.Seed, draw.States, draw.Hypers);
            foreach ((double inner, double adjoint) in s_tolerances)
            {
                ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(adjoint: LinearSolver.ConjugateGradient(adjoint)).Compute(
                    Bilevel.Problem(problem.Inner.MinimizedBy(Minimizer.GradientDescent(StepSize.Fixed(1 / problem.Smoothness), inner)), problem.Outer),
                        problem.Start, problem.Hyper);
                judged += Judge(g, problem.Hypergradient()) ? 1 : 0;
            }
        }

        Assert.True(judged >= 75, $"{judged} estimates were judged");
    }

    private static void Estimates(ProblemDraw[] draws, Func<int, int, int, Contraction> make, int least)
    {
        int judged = 0;
        foreach (ProblemDraw draw in draws)
        {
            Contraction problem = make(draw.Seed, draw.States, draw.Hypers);
            foreach ((double inner, double adjoint) in s_tolerances)
            {
                ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(LinearSolver.FixedPoint(adjoint))
                    .Compute(Bilevel.Problem(problem.Map.SolvedBy(FixedPoint.Iteration(inner)), problem.Outer), problem.Start, problem.Hyper);
                judged += Judge(g, problem.Hypergradient()) ? 1 : 0;
            }
        }

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
