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

    // its error, which the conditioning is in already; states of a hundredth rest on terms of order 1
    private static readonly FixedPointSolver s_inner = FixedPoint.Iterate(30 * SolveTolerance, SolveTolerance);
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
    public void Forward_ThroughFewSteps_IsTheExactDerivativeOfTheUnrolledMap() => ForAll(Contraction.InNorm, problem => Forward(problem, 7));

    [Fact]
    public void Forward_OfANonNormalMap_IsTheExactDerivativeOfTheUnrolledMap() => ForAll(Contraction.InSpectrum, problem => Forward(problem, 9));

    [Fact]
    public void Phantom_IsThePartialSumOfTheDampedSeries() => ForAll(Contraction.InNorm, problem =>
    {
        const int Terms = 4;
        const double Damping = 0.6;
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Phantom(Terms, Damping, s_inner).Compute(Bilevel.Problem(problem.Map, problem.Outer),
            problem.Start, problem.Hyper);
        g.EnsureConverged();
        Vector<double> w = problem.Solution();
        Vector<double> term = Damping * problem.OuterStateGradient(w);
        Vector<double> sum = term;
        for (int j = 1; j < Terms; j++)
        {
            term -= Damping * problem.Residual(w).TransposeThisAndMultiply(term);
            sum += term;
        }

        return (g.Gradient, problem.OuterHyperGradient(w) + problem.HyperJacobian(w).TransposeThisAndMultiply(sum));
    });

    [Fact]
    public void OneStep_IsTheDerivativeOfTheLastStepAtTheFixedPoint() => ForAll(Contraction.InNorm, problem =>
    {
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.OneStep(s_inner).Compute(Bilevel.Problem(problem.Map, problem.Outer), problem.Start,
            problem.Hyper);
        g.EnsureConverged();
        Vector<double> w = problem.Solution();
        return (g.Gradient, problem.OuterHyperGradient(w) + problem.HyperJacobian(w).TransposeThisAndMultiply(problem.OuterStateGradient(w)));
    });

    [Fact]
    public void BestResponse_Forwards_IsTheExactJacobianTimesTheTangent() => ForAll(Contraction.InSpectrum, problem =>
    {
        Tensor tangent = Tensor.OnesLike(problem.Hyper);
        Vector<double> w = problem.Solution();
        Tensor product = BestResponse.At(problem.Map, Dense.Of(w), problem.Hyper, s_adjoint).Apply(tangent).EnsureConverged();
        return (product, problem.Residual(w).Solve(problem.HyperJacobian(w) * Dense.Vector(tangent)));
    });

    [Fact]
    public void BestResponse_Backwards_IsTheExactTransposedJacobianTimesTheCotangent() => ForAll(Contraction.InSpectrum, problem =>
    {
        Tensor cotangent = Tensor.OnesLike(problem.Start);
        Vector<double> w = problem.Solution();
        Tensor product = BestResponse.At(problem.Map, Dense.Of(w), problem.Hyper, s_adjoint).ApplyTransposed(cotangent).EnsureConverged();
        return (product, problem.HyperJacobian(w).TransposeThisAndMultiply(problem.Residual(w).Transpose().Solve(Dense.Vector(cotangent))));
    });

    [Fact]
    public void Implicit_WithEverySolverForGeneralSystems_IsExact()
    {
        LinearSolver[] solvers =
        [
            LinearSolver.Gmres(20, SolveTolerance), LinearSolver.Lsmr(SolveTolerance), LinearSolver.DenseLu(SolveTolerance),
            LinearSolver.Anderson(8, SolveTolerance),
        ];
        foreach (LinearSolver solver in solvers)
        {
            // what rounding permits is about the tolerance: Stagnated is as good here, and the bound below judges
            ForAll(Contraction.InNorm, problem => (
                Hypergradient.Implicit(s_inner, solver).Compute(Bilevel.Problem(problem.Map, problem.Outer), problem.Start, problem.Hyper).Gradient,
                problem.Hypergradient()));
        }
    }

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
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(s_inner, s_adjoint).Compute(Bilevel.Problem(problem.Map, problem.Outer), problem.Start,
            problem.Hyper);
        g.EnsureConverged();
        return (g.Gradient, problem.Hypergradient());
    }

    private static (Tensor Actual, Vector<double> Exact) Reverse(Contraction problem, int steps, int last)
    {
        IterativeHypergradient<Tensor, Tensor> g = Hypergradient.Reverse(steps, last).Compute(Bilevel.Problem(problem.Map, problem.Outer), problem.Start,
            problem.Hyper);
        g.EnsureConverged();
        return (g.Gradient, problem.UnrolledHypergradient(steps, last));
    }

    private static (Tensor Actual, Vector<double> Exact) Forward(Contraction problem, int steps)
    {
        IterativeHypergradient<Tensor, Tensor> g = Hypergradient.Forward(steps).Compute(Bilevel.Problem(problem.Map, problem.Outer), problem.Start,
            problem.Hyper);
        g.EnsureConverged();
        return (g.Gradient, problem.UnrolledHypergradient(steps, steps));
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
