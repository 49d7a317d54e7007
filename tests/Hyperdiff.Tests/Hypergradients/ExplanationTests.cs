using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.Hypergradients;

/// <summary>What an explanation measures, and what it recommends.</summary>
public sealed class ExplanationTests
{
    [Fact]
    public void Explain_OfAMapThatIsNotSymmetric_RulesConjugateGradientsOut()
    {
        Contraction problem = Contraction.InNorm(5, 8, 3);
        Explanation explanation = Bilevel.Problem(problem.Map, problem.Outer).Explain(Dense.Of(problem.Solution()), problem.Hyper);

        Assert.Equal((8, 3, false), (explanation.States, explanation.Hypers, explanation.IsSymmetric));
        Assert.False(Method(explanation, "implicit, conjugate gradients").IsApplicable);
        Assert.False(Method(explanation, "implicit, MINRES").IsApplicable);
        Assert.All(["implicit, fixed-point iteration", "implicit, dense LU", "reverse", "forward"],
            name => Assert.True(Method(explanation, name).IsApplicable, explanation.ToString()));
        Assert.True(explanation.Recommended is { IsApplicable: true }, explanation.ToString());
        Assert.Contains($"recommended: {explanation.Recommended.Name}", explanation.ToString(), StringComparison.Ordinal);
        Assert.Contains("does not apply: the system is not symmetric", explanation.ToString(), StringComparison.Ordinal);
        Assert.True(explanation.ProductBytes > 0 && explanation.Times.Product > TimeSpan.Zero);
        Assert.True(explanation.InnerResidual < 1e-12);
    }

    [Fact]
    public void Explain_PredictsTheIterations_ThatTheSolveTakes()
    {
        // J = ½ I: 8 digits are 27 updates
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + h);
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, h) => w.Square().Sum() + h.Sum());
        FixedPointProblem<Tensor, Tensor> problem = Bilevel.Problem(map, outer);
        Explanation explanation = problem.Explain(Tensor.Full([5], 2), Tensor.Ones([5]));
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(adjoint: LinearSolver.FixedPoint(1e-8)).Compute(problem, Tensor.Full([5], 2),
            Tensor.Ones([5]));

        Assert.Equal(0.5, explanation.Contraction, 1e-12);
        Assert.InRange(Method(explanation, "implicit, fixed-point iteration").Iterations, g.AdjointReport.Iterations - 1, g.AdjointReport.Iterations + 1);
        Assert.Equal(27, Method(explanation, "reverse").Iterations);
        Assert.Equal(27 * 5, Method(explanation, "forward").Products);
        Assert.Equal(27 * 5 * 8, Method(explanation, "reverse").Bytes);
        Assert.Equal(5, Method(explanation, "implicit, dense LU").Products);
    }

    [Fact]
    public void Explain_OfAMinimum_HasNoIterativeMethods_AndConjugateGradientsApply()
    {
        StronglyConvex problem = StronglyConvex.Of(5, 6, 2);
        Explanation explanation = Bilevel.Problem(problem.Inner.MinimizedBy(Minimizer.NewtonCg()), problem.Outer).Explain(problem.Start, problem.Hyper);

        Assert.True(explanation.IsSymmetric);
        Assert.True(explanation.Curvature > 0);
        Assert.True(Method(explanation, "implicit, conjugate gradients").IsApplicable, explanation.ToString());
        Assert.DoesNotContain(explanation.Methods, method => method.Name is "reverse" or "forward");
    }

    [Fact]
    public void Explain_OfASaddle_RulesConjugateGradientsOut()
    {
        Tensor curvature = Tensor.From([-1.0, 2, 3]);
        Objective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>((w, h) => (0.5 * (curvature * w.Square()).Sum()) - (h * w).Sum());
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => w.Sum());
        Explanation explanation = Bilevel.Problem(inner.MinimizedBy(Minimizer.NewtonCg()), outer).Explain(Tensor.Ones([3]), Tensor.Ones([3]));

        Assert.Contains("not positive definite", Method(explanation, "implicit, conjugate gradients").Note, StringComparison.Ordinal);
        Assert.True(Method(explanation, "implicit, MINRES").IsApplicable, explanation.ToString());
    }

    [Fact]
    public void Explain_OfADivergingMap_RulesItsIteratesOut()
    {
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (1.5 * w) + h);
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => w.Sum());
        Explanation explanation = Bilevel.Problem(map, outer).Explain(Tensor.Ones([3]), Tensor.Ones([3]));

        Assert.Equal(1.5, explanation.Contraction, 1e-12);
        Assert.False(Method(explanation, "implicit, fixed-point iteration").IsApplicable);
        Assert.Contains("do not contract", Method(explanation, "reverse").Note, StringComparison.Ordinal);
        Assert.StartsWith("implicit, ", explanation.Recommended!.Name, StringComparison.Ordinal);
    }

    private static ExplainedMethod Method(Explanation explanation, string name) =>
        Assert.Single(explanation.Methods, method => method.Name.StartsWith(name, StringComparison.Ordinal));
}
