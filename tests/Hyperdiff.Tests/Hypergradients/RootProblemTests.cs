using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.Hypergradients;

/// <summary>Hypergradients over the root of a condition: (0.3) with the sign of the conventions, and all the evidence that others have.</summary>
public sealed class RootProblemTests
{
    private const double Solved = 1e-13;

    private static readonly RootCondition<Tensor, Tensor> s_cubic = RootCondition.From<Tensor, Tensor>((w, h) => w.Pow(3) + w - h, "Cubic");
    private static readonly Objective<Tensor, Tensor> s_outer = Objective.From<Tensor, Tensor>((w, h) => w.Square().Sum() + h.Sum(), "Validate");

    public static TheoryData<bool, int, int> Contractions => new()
    {
        { true, 1, 1 }, { true, 3, 5 }, { true, 20, 4 }, { false, 2, 2 }, { false, 8, 3 },
    };

    [Theory]
    [MemberData(nameof(Contractions))]
    public void RootOfAMap_HasTheHypergradientOfItsFixedPoint_WhateverFindsIt(bool inNorm, int states, int hypers)
    {
        Contraction problem = inNorm ? Contraction.InNorm(11, states, hypers) : Contraction.InSpectrum(12, states, hypers);
        Tensor solution = Dense.Of(problem.Solution());
        RootCondition<Tensor, Tensor> condition = RootCondition.OfMap(problem.Map);

        // c = w − Φ: A = I − J, so that v is the adjoint of the map, with its sign
        ImplicitHypergradient<Tensor, Tensor> map = Hypergradient.Implicit(LinearSolver.Gmres(tolerance: Solved))
            .Compute(Bilevel.Problem(problem.Map.SolvedBy(FixedPoint.Anderson(tolerance: Solved)), problem.Outer), problem.Start, problem.Hyper);
        foreach (RootFinding<Tensor, Tensor> inner in new[] { condition.SolvedBy(Root.Newton(tolerance: Solved)),
            condition.SolvedBy((_, _) => solution, 1e-10) })
        {
            ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(adjoint: LinearSolver.Gmres(tolerance: Solved))
                .Compute(Bilevel.Problem(inner, problem.Outer), problem.Start, problem.Hyper);

            g.EnsureConverged();
            double allowed = 100 * Solved * problem.Condition();
            Assert.True(Dense.RelativeError(problem.Hypergradient(), g.Gradient) < allowed, $"{Dense.RelativeError(problem.Hypergradient(), g.Gradient)}\n{g}");
            Assert.True(Dense.RelativeError(Dense.Vector(map.Adjoint), g.Adjoint) < allowed);
            Assert.Equal($"inner, {inner.Method} of residual of {problem.Map.Name}", g.InnerReport.Solver);
        }
    }

    [Fact]
    public void AConditionThatIsNoMap_HasItsHypergradient()
    {
        // w³ + w = λ: w′ = 1/(3w² + 1), ∇ℓ = 2 w w′ + 1; v solves (3w² + 1) v = 2w
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit().Compute(Problem(), Tensor.Scalar(0), Tensor.Scalar(2));

        g.EnsureConverged();
        Assert.Equal(1, g.State.ToScalar(), 1e-12);
        Assert.Equal(0.5, g.Adjoint.ToScalar(), 1e-12);
        Assert.Equal((1.0, 0.5), (g.Direct.ToScalar(), Math.Round(g.Indirect.ToScalar(), 12)));
        Assert.Empty(g.Warnings);
    }

    [Fact]
    public void AWrongRoot_IsAStatusOfTheHypergradient()
    {
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit().Compute(Bilevel.Problem(s_cubic.SolvedBy((w, _) => w), s_outer), Tensor.Scalar(0.5),
            Tensor.Scalar(2));

        Assert.Equal(SolveStatus.MaxIterations, g.InnerReport.Status);
        Assert.Equal(WarningKind.InnerResidual, Assert.Single(g.Warnings).Kind);
        Assert.Throws<SolveException>(g.EnsureConverged);
    }

    [Fact]
    public void ASingularCondition_IsAStatus()
    {
        // w² = λ at λ = 0: the root is 0 and dw/dλ is infinite
        RootFinding<Tensor, Tensor> inner = RootCondition.From<Tensor, Tensor>((w, h) => w.Square() - h).SolvedBy((_, _) => Tensor.Scalar(0));
        Objective<Tensor, Tensor> linear = Objective.From<Tensor, Tensor>((w, _) => w);

        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit().Compute(Bilevel.Problem(inner, linear), Tensor.Scalar(1), Tensor.Scalar(0));
        Assert.Equal((SolveStatus.Converged, SolveStatus.Singular), (g.InnerReport.Status, g.AdjointReport.Status));
    }

    [Fact]
    public void ZeroOuterGradient_GivesExactlyTheDirectPart_AndAnUnusedHyperparameterAWarning()
    {
        Tree<(Tensor, Tensor)> pair = Tree.Tuple(Tree.Tensor, Tree.Tensor);
        RootCondition<Tensor, (Tensor, Tensor)> condition = RootCondition.From<Tensor, (Tensor, Tensor)>((w, h) => w - h.Item1, hyper: pair);
        Objective<Tensor, (Tensor, Tensor)> outer = Objective.From<Tensor, (Tensor, Tensor)>((w, h) => (0 * w.Sum()) + h.Item1.Square().Sum(), hyper: pair);
        ImplicitHypergradient<Tensor, (Tensor, Tensor)> g = Hypergradient.Implicit().Compute(Bilevel.Problem(condition.SolvedBy(Root.Newton()), outer),
            Tensor.Zeros([2]), (Tensor.From([0.1, -0.3]), Tensor.Ones([3])));

        g.EnsureConverged();
        Assert.Equal([0.2, -0.6], g.Gradient.Item1.ToArray<double>());
        Assert.StartsWith("λ.Item2 is used neither", Assert.Single(g.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Estimate_IsTheErrorOfALooseRoot()
    {
        foreach (double shift in new[] { 1e-2, 1e-5 })
        {
            RootFinding<Tensor, Tensor> loose = s_cubic.SolvedBy((_, _) => Tensor.Scalar(1 + shift), 0.1);
            ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit().Compute(Bilevel.Problem(loose, s_outer), Tensor.Scalar(0), Tensor.Scalar(2));
            double error = Math.Abs(g.Gradient.ToScalar() - 1.5);
            ErrorEstimate<Tensor> estimate = g.EstimateError();

            Assert.Equal(EstimateStatus.Estimated, estimate.Status);
            Assert.InRange(error / estimate.Value, 0.9, 1.1);
        }
    }

    [Fact]
    public void Certificate_OfAStronglyMonotoneCondition_IsNeverBelowTheError()
    {
        // c = S w + K w − B λ with S ⪰ ½ and K skew: μ = ½ though A is not symmetric
        var random = new Random(41);
        Matrix<double> s = MatrixMaker.PositiveDefinite(random, 6, 0.5, 2);
        Matrix<double> k = MatrixMaker.Gaussian(random, 6, 6);
        Matrix<double> a = s + k - k.Transpose();
        (Matrix<double> b, Vector<double> t, Vector<double> lambda) = (MatrixMaker.Gaussian(random, 6, 2), MatrixMaker.Gaussian(random, 6),
            MatrixMaker.Gaussian(random, 2));
        (Tensor ta, Tensor tb, Tensor tt) = (Dense.Of(a), Dense.Of(b), Dense.Of(t));
        Vector<double> exact = b.TransposeThisAndMultiply(a.Transpose().Solve(a.Solve(b * lambda) - t));
        RootCondition<Tensor, Tensor> condition = RootCondition.From<Tensor, Tensor>((w, h) => ta.MatMul(w) - tb.MatMul(h));
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => 0.5 * (w - tt).Square().Sum());
        var bounds = new MonotonicityBounds
        {
            Modulus = 0.5,
            Lipschitz = a.L2Norm(),
            HyperJacobian = b.L2Norm(),
            JacobianLipschitz = 0,
            HyperJacobianLipschitz = 0,
            StateGradientLipschitz = 1,
            HyperGradientLipschitz = 0,
        };
        Vector<double> off = MatrixMaker.Gaussian(random, 6);
        foreach (double shift in new[] { 1e-2, 1e-5, 1e-9 })
        {
            RootFinding<Tensor, Tensor> inner = condition.SolvedBy((_, h) => Dense.Of(a.Solve(b * Dense.Vector(h)) + (shift * off)), 0.1);
            ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(adjoint: LinearSolver.Gmres(tolerance: shift))
                .Compute(Bilevel.Problem(inner, outer), Tensor.Ones([6]), Dense.Of(lambda));
            ErrorCertificate certificate = g.Certify(bounds);

            Assert.True(certificate.IsCertified, certificate.Reason);
            Assert.InRange((Dense.Vector(g.Gradient) - exact).L2Norm() / certificate.Bound, 1e-4, 1);
        }
    }

    [Fact]
    public void Certificate_WithoutMonotonicity_SaysWhy_AndBoundsOfOtherProblemsAreRefused()
    {
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit().Compute(Problem(), Tensor.Scalar(0), Tensor.Scalar(2));

        Assert.Contains("not known to be strongly monotone", g.Certify(new MonotonicityBounds()).Reason, StringComparison.Ordinal);
        ArgumentException exception = Assert.Throws<ArgumentException>(() => g.Certify(new ContractionBounds()));
        Assert.Contains("The inner problem is a root: it takes MonotonicityBounds, and ContractionBounds were given", exception.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void BestResponse_IsTheJacobian_BothWays()
    {
        var problem = Contraction.InSpectrum(13, 5, 3);
        Tensor w = Dense.Of(problem.Solution());
        BestResponseJacobian<Tensor, Tensor> jacobian = BestResponse.At(RootCondition.OfMap(problem.Map).SolvedBy(Root.Newton()), w, problem.Hyper,
            LinearSolver.DenseLu(Solved));
        Matrix<double> exact = problem.Residual(problem.Solution()).Solve(problem.HyperJacobian(problem.Solution()));
        (Vector<double> direction, Vector<double> cotangent) = (MatrixMaker.Gaussian(new Random(14), 3), MatrixMaker.Gaussian(new Random(15), 5));
        double allowed = 100 * Solved * problem.Condition();

        Assert.InRange(Dense.RelativeError(exact * direction, jacobian.Jvp(Dense.Of(direction)).EnsureConverged()), 0, allowed);
        Assert.InRange(Dense.RelativeError(exact.TransposeThisAndMultiply(cotangent), jacobian.Vjp(Dense.Of(cotangent)).EnsureConverged()),
            0, allowed);
    }

    [Fact]
    public void Check_FindsAConditionWithAWrongRule_AndNoFaultInARightOne()
    {
        DerivativeCheck right = Problem().Check(Tensor.Scalar(0), Tensor.Scalar(2));
        Assert.True(right.Passed, right.ToString());

        Func<Tensor, Tensor> wrong = Diff.CustomTangent<Tensor, Tensor>(x => x.Pow(3), (x, dx) => 2 * x.Square() * dx);
        RootCondition<Tensor, Tensor> condition = RootCondition.From<Tensor, Tensor>((w, h) => wrong(w) + w - h, "Cubic");
        DerivativeCheck check = Bilevel.Problem(condition.SolvedBy(Root.Newton()), s_outer).Check(Tensor.Scalar(0), Tensor.Scalar(2));
        Assert.False(check.Passed, check.ToString());
    }

    [Fact]
    public void Explain_HasNoIterativeMethods()
    {
        Explanation explanation = Problem().Explain(Tensor.Scalar(1), Tensor.Scalar(2));

        Assert.Contains(explanation.Methods, method => method.Name == "implicit, dense LU");
        Assert.DoesNotContain(explanation.Methods, method => method.Name is "reverse" or "forward");
    }

    [Fact]
    public void WarmStart_AtTheSolutions_NeedsNoUpdates()
    {
        ImplicitHypergradient<Tensor, Tensor> first = Hypergradient.Implicit().Compute(Problem(), Tensor.Scalar(0), Tensor.Scalar(2));
        ImplicitHypergradient<Tensor, Tensor> second = Hypergradient.Implicit()
            .Compute(Problem(), first.State, Tensor.Scalar(2), new() { WarmStart = first.WarmStart });

        Assert.Equal((0, 0), (second.InnerReport.Iterations, second.AdjointReport.Iterations));
    }

    private static RootProblem<Tensor, Tensor> Problem() => Bilevel.Problem(s_cubic.SolvedBy(Root.Newton(tolerance: Solved)), s_outer);
}
