using FsCheck;
using FsCheck.Fluent;
using Hyperdiff.Testing.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.Hypergradients;

/// <summary>All derivatives of random non-symmetric contractions against their exact Jacobians.</summary>
public sealed class ExactJacobianProperties
{
    // Solves end at a residual of 1e-14 relative, so that the answer is off by that times the conditioning of I − J, once for w and once for v;
    // 100 allows for the norms of the factors, which are of order 1 to 10.
    private const double SolveTolerance = 1e-14;
    private const double Factor = 100;

    private static readonly Config s_config = Config.QuickThrowOnFailure.WithReplay(0x5EED0001, 0x5EED0003).WithMaxTest(40);

    private static readonly FixedPointSolver s_inner = FixedPoint.Iterate(SolveTolerance);
    private static readonly LinearSolver s_adjoint = LinearSolver.FixedPoint(SolveTolerance);

    [Fact]
    public void Implicit_OnAContractionInNorm_IsExact() => ForAll(Contraction.InNorm, Implicit);

    [Fact]
    public void Implicit_OnAContractionInSpectrumOnly_IsExact() => ForAll(Contraction.InSpectrum, Implicit);

    [Fact]
    public void Reverse_ThroughFewSteps_IsTheExactDerivativeOfTheUnrolledMap() => ForAll(Contraction.InNorm, problem => Reverse(problem, 7, 7));

    [Fact]
    public void Reverse_OfANonNormalMap_IsTheExactDerivativeOfTheUnrolledMap() => ForAll(Contraction.InSpectrum, problem => Reverse(problem, 9, 9));

    [Fact]
    public void TruncatedReverse_IsTheExactDerivativeOfTheLastSteps() => ForAll(Contraction.InNorm, problem => Reverse(problem, 8, 3));

    [Fact]
    public void Grad_ThroughTheFixedPoint_IsTheHypergradient() => ForAll(Contraction.InSpectrum, problem => (
        Diff.Grad(h => problem.Outer.Evaluate(FixedPoint.Of(problem.Map, problem.Start, h, s_inner, s_adjoint), h), problem.Hyper), problem.Hypergradient()));

    [Fact]
    public void Jvp_OfTheFixedPoint_IsTheExactJacobianTimesTheTangent() => ForAll(Contraction.InSpectrum, problem =>
    {
        Tensor tangent = Tensor.OnesLike(problem.Hyper);
        (_, Tensor derivative) = Diff.Jvp(h => FixedPoint.Of(problem.Map, problem.Start, h, s_inner, s_adjoint), problem.Hyper, tangent);
        Vector<double> w = problem.Solution();
        return (derivative, problem.Residual(w).Solve(problem.HyperJacobian(w) * Dense.Vector(tangent)));
    });

    [Fact]
    public void Vjp_OfTheFixedPoint_IsTheExactTransposedJacobianTimesTheCotangent() => ForAll(Contraction.InSpectrum, problem =>
    {
        Tensor cotangent = Tensor.OnesLike(problem.Start);
        (_, Tensor derivative) = Diff.Vjp(h => FixedPoint.Of(problem.Map, problem.Start, h, s_inner, s_adjoint), problem.Hyper, cotangent);
        Vector<double> w = problem.Solution();
        return (derivative, problem.HyperJacobian(w).TransposeThisAndMultiply(problem.Residual(w).Transpose().Solve(Dense.Vector(cotangent))));
    });

    private static (Tensor Actual, Vector<double> Exact) Implicit(Contraction problem)
    {
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(s_inner, s_adjoint).Compute(Bilevel.Problem(problem.Map, problem.Outer), problem.Start, problem.Hyper);
        g.EnsureConverged();
        return (g.Gradient, problem.Hypergradient());
    }

    private static (Tensor Actual, Vector<double> Exact) Reverse(Contraction problem, int steps, int last)
    {
        IterativeHypergradient<Tensor, Tensor> g = Hypergradient.Reverse(steps, last).Compute(Bilevel.Problem(problem.Map, problem.Outer), problem.Start, problem.Hyper);
        g.EnsureConverged();
        return (g.Gradient, problem.UnrolledHypergradient(steps, last));
    }

    private static void ForAll(Func<int, int, int, Contraction> make, Func<Contraction, (Tensor Actual, Vector<double> Exact)> compute) => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(),
        Gen.Choose(1, 8).ToArbitrary(),
        Gen.Choose(1, 5).ToArbitrary(),
        (seed, states, hypers) =>
        {
            Contraction problem = make(seed, states, hypers);
            (Tensor actual, Vector<double> exact) = compute(problem);
            double bound = Factor * SolveTolerance * problem.Condition() * problem.Condition();
            double error = Dense.RelativeError(exact, actual);
            return (error <= bound).Label($"relative error {error:G3} against {bound:G3}");
        }).Check(s_config);
}
