using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.Hypergradients;

/// <summary>All derivatives of random non-symmetric contractions against their exact Jacobians.</summary>
[Properties(Replay = "(1592590337,1592590339)", MaxTest = 40, Arbitrary = [typeof(SmallProblems)])]
public sealed class ExactJacobianProperties
{
    // Solves end at a residual of 1e-14 relative, so that the answer is off by that times the conditioning of I − J, once for w and once for v;
    // 100 allows for the norms of the factors, which are of order 1 to 10.
    private const double SolveTolerance = 1e-14;
    private const double Factor = 100;

    // its error, which the conditioning is in already; states of a hundredth rest on terms of order 1
    private static readonly FixedPointSolver s_inner = FixedPoint.Iteration(30 * SolveTolerance, SolveTolerance);

    [Property]
    public Property Implicit_OnAContractionInNorm_IsExact(ProblemDraw draw) => IsExact(Contraction.InNorm, draw, Implicit);

    [Property]
    public Property Implicit_OnAContractionInSpectrumOnly_IsExact(ProblemDraw draw) => IsExact(Contraction.InSpectrum, draw, Implicit);

    [Property]
    public Property Reverse_ThroughFewSteps_IsTheExactDerivativeOfTheUnrolledMap(ProblemDraw draw) =>
        IsExact(Contraction.InNorm, draw, problem => Reverse(problem, 7, 7));

    [Property]
    public Property Reverse_OfANonNormalMap_IsTheExactDerivativeOfTheUnrolledMap(ProblemDraw draw) =>
        IsExact(Contraction.InSpectrum, draw, problem => Reverse(problem, 9, 9));

    [Property]
    public Property TruncatedReverse_IsTheExactDerivativeOfTheLastSteps(ProblemDraw draw) =>
        IsExact(Contraction.InNorm, draw, problem => Reverse(problem, 8, 3));

    [Property]
    public Property Forward_ThroughFewSteps_IsTheExactDerivativeOfTheUnrolledMap(ProblemDraw draw) =>
        IsExact(Contraction.InNorm, draw, problem => Forward(problem, 7));

    [Property]
    public Property Forward_OfANonNormalMap_IsTheExactDerivativeOfTheUnrolledMap(ProblemDraw draw) =>
        IsExact(Contraction.InSpectrum, draw, problem => Forward(problem, 9));

    [Property]
    public Property Phantom_IsThePartialSumOfTheDampedSeries(ProblemDraw draw) => IsExact(Contraction.InNorm, draw, problem =>
    {
        const int Terms = 4;
        const double Damping = 0.6;
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Phantom(Terms, Damping)
            .Compute(Bilevel.Problem(problem.Map.SolvedBy(s_inner), problem.Outer), problem.Start, problem.Hyper);
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

    [Property]
    public Property OneStep_IsTheDerivativeOfTheLastStepAtTheFixedPoint(ProblemDraw draw) => IsExact(Contraction.InNorm, draw, problem =>
    {
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.OneStep()
            .Compute(Bilevel.Problem(problem.Map.SolvedBy(s_inner), problem.Outer), problem.Start, problem.Hyper);
        g.EnsureConverged();
        Vector<double> w = problem.Solution();
        return (g.Gradient, problem.OuterHyperGradient(w) + problem.HyperJacobian(w).TransposeThisAndMultiply(problem.OuterStateGradient(w)));
    });

    [Property]
    public Property BestResponse_Forwards_IsTheExactJacobianTimesTheTangent(ProblemDraw draw) => IsExact(Contraction.InSpectrum, draw, problem =>
    {
        Tensor tangent = Tensor.OnesLike(problem.Hyper);
        Vector<double> w = problem.Solution();
        Tensor product = BestResponse.At(problem.Map, Dense.Of(w), problem.Hyper, Adjoint(problem)).Jvp(tangent).EnsureConverged();
        return (product, problem.Residual(w).Solve(problem.HyperJacobian(w) * Dense.Vector(tangent)));
    });

    [Property]
    public Property BestResponse_Backwards_IsTheExactTransposedJacobianTimesTheCotangent(ProblemDraw draw) => IsExact(Contraction.InSpectrum, draw, problem =>
    {
        Tensor cotangent = Tensor.OnesLike(problem.Start);
        Vector<double> w = problem.Solution();
        Tensor product = BestResponse.At(problem.Map, Dense.Of(w), problem.Hyper, Adjoint(problem)).Vjp(cotangent).EnsureConverged();
        return (product, problem.HyperJacobian(w).TransposeThisAndMultiply(problem.Residual(w).Transpose().Solve(Dense.Vector(cotangent))));
    });

    [Property]
    public Property Implicit_WithGmres_IsExact(ProblemDraw draw) => ImplicitBy(LinearSolver.Gmres(20, SolveTolerance), draw);

    [Property]
    public Property Implicit_WithLsmr_IsExact(ProblemDraw draw) => ImplicitBy(LinearSolver.Lsmr(SolveTolerance), draw);

    [Property]
    public Property Implicit_WithDenseLu_IsExact(ProblemDraw draw) => ImplicitBy(LinearSolver.DenseLu(SolveTolerance), draw);

    [Property]
    public Property Implicit_WithAnderson_IsExact(ProblemDraw draw) => ImplicitBy(LinearSolver.Anderson(8, SolveTolerance), draw);

    [Property]
    public Property Grad_ThroughTheFixedPoint_IsTheHypergradient(ProblemDraw draw) => IsExact(Contraction.InSpectrum, draw, problem => (
        Diff.Grad(h => problem.Outer.Evaluate(FixedPoint.Of(problem.Map.SolvedBy(s_inner), problem.Start, h, Adjoint(problem)), h), problem.Hyper),
        problem.Hypergradient()));

    [Property]
    public Property Jvp_OfTheFixedPoint_IsTheExactJacobianTimesTheTangent(ProblemDraw draw) => IsExact(Contraction.InSpectrum, draw, problem =>
    {
        Tensor tangent = Tensor.OnesLike(problem.Hyper);
        (_, Tensor derivative) = Diff.Jvp(h => FixedPoint.Of(problem.Map.SolvedBy(s_inner), problem.Start, h, Adjoint(problem)), problem.Hyper, tangent);
        Vector<double> w = problem.Solution();
        return (derivative, problem.Residual(w).Solve(problem.HyperJacobian(w) * Dense.Vector(tangent)));
    });

    [Property]
    public Property Vjp_OfTheFixedPoint_IsTheExactTransposedJacobianTimesTheCotangent(ProblemDraw draw) => IsExact(Contraction.InSpectrum, draw, problem =>
    {
        Tensor cotangent = Tensor.OnesLike(problem.Start);
        (_, Tensor derivative) = Diff.Vjp(h => FixedPoint.Of(problem.Map.SolvedBy(s_inner), problem.Start, h, Adjoint(problem)), problem.Hyper, cotangent);
        Vector<double> w = problem.Solution();
        return (derivative, problem.HyperJacobian(w).TransposeThisAndMultiply(problem.Residual(w).Transpose().Solve(Dense.Vector(cotangent))));
    });

    // where rounding permits no residual of the tolerance, as at far from normal Jacobians: that of a sum of eight products is 8ε of its terms, which are as
    // large as the conditioning allows
    private static LinearSolver Adjoint(Contraction problem) =>
        LinearSolver.FixedPoint(Math.Max(SolveTolerance, 8 * DType.Float64.Epsilon() * problem.Condition()));

    private static (Tensor Actual, Vector<double> Exact) Implicit(Contraction problem)
    {
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(Adjoint(problem))
            .Compute(Bilevel.Problem(problem.Map.SolvedBy(s_inner), problem.Outer), problem.Start, problem.Hyper);
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

    // what rounding permits is about the tolerance: Stagnated is as good here, and the bound judges
    private static Property ImplicitBy(LinearSolver solver, ProblemDraw draw) => IsExact(Contraction.InNorm, draw, problem => (
        Hypergradient.Implicit(solver).Compute(Bilevel.Problem(problem.Map.SolvedBy(s_inner), problem.Outer), problem.Start, problem.Hyper).Gradient,
        problem.Hypergradient()));

    private static Property IsExact(
        Func<int, int, int, Contraction> make, ProblemDraw draw, Func<Contraction, (Tensor Actual, Vector<double> Exact)> compute)
    {
        Contraction problem = make(draw.Seed, draw.States, draw.Hypers);
        (Tensor actual, Vector<double> exact) = compute(problem);
        double bound = Factor * SolveTolerance * problem.Condition() * problem.Condition();
        double error = Dense.RelativeError(exact, actual);
        return (error <= bound).Label($"relative error {error:G3} against {bound:G3}");
    }
}
