using FsCheck.Xunit;
using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.Hypergradients;

/// <summary>Certificates: never below the true error, not far above it on quadratics, and refused with the reason where nothing follows.</summary>
[Properties(Replay = "(1592590369,1592590371)", MaxTest = 15, Arbitrary = [typeof(ProblemsOfFewSizes)])]
public sealed class ErrorCertificateTests
{
    [Property]
    public void Certificate_OnAContraction_IsNeverBelowTheError(ProblemDraw draw)
    {
        Contraction problem = Contraction.InNorm(draw.Seed, draw.States, draw.Hypers);
        _ = Ratios(Errors().Select(to => (
            Hypergradient.Implicit(LinearSolver.FixedPoint(to.Adjoint))
                .Compute(Bilevel.Problem(problem.Map.SolvedBy(FixedPoint.Iteration(to.Inner)), problem.Outer), problem.Start, problem.Hyper),
            (ErrorBounds)problem.Bounds(),
            problem.Hypergradient())));
    }

    [Property]
    public void Certificate_OnAStronglyConvexProblem_IsNeverBelowTheError(ProblemDraw draw) =>
        _ = Ratios(Minima(StronglyConvex.Of(draw.Seed, draw.States, draw.Hypers)));

    [Property(MaxTest = 1)]
    public void Certificate_OnQuadratics_IsNeverBelowTheError_AndItsMedianRatioToItIsAtMostAHundred(ProblemDraw[] draws)
    {
        double[] ratios = [.. draws.SelectMany(draw => Ratios(Minima(StronglyConvex.Quadratic(draw.Seed, draw.States, draw.Hypers))))];

        Assert.True(ratios.Length > 30, $"{ratios.Length} cases");
        Assert.InRange(ratios.Order().ElementAt(ratios.Length / 2), 1, 100);
    }

    [Property]
    public void Certificate_OfAGradientDescentMap_FollowsFromConvexityAndSmoothness(ProblemDraw draw)
    {
        StronglyConvex problem = StronglyConvex.Of(draw.Seed, draw.States, draw.Hypers);
        double rate = 1 / problem.Smoothness;
        FixedPointMap<Tensor, Tensor> map = problem.Inner.GradientDescentMap(rate);
        _ = Ratios(Errors().Select(to => (
            Hypergradient.Implicit(LinearSolver.FixedPoint(to.Adjoint))
                .Compute(Bilevel.Problem(map.SolvedBy(FixedPoint.Iteration(to.Inner)), problem.Outer), problem.Start, problem.Hyper),
            (ErrorBounds)problem.Bounds().OfGradientDescent(rate),
            problem.Hypergradient())));
    }

    [Fact]
    public void ANonNormalContraction_IsUncertified_WithTheReason()
    {
        Contraction problem = Contraction.InSpectrum(3, 6, 2);
        ErrorCertificate certificate = Solve(problem).Certify(problem.Bounds());

        Assert.False(certificate.IsCertified);
        Assert.True(double.IsNaN(certificate.Bound));
        Assert.Contains("is not below 1", certificate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void MissingBounds_AreNamed()
    {
        Contraction problem = Contraction.InNorm(3, 4, 2);
        ErrorCertificate certificate = Solve(problem)
            .Certify(new ContractionBounds { Contraction = 0.8, JacobianLipschitz = 1, StateGradientLipschitz = 1, HyperGradientLipschitz = 1 });

        Assert.Equal("Uncertified: no bound is given of HyperJacobian, HyperJacobianLipschitz", certificate.ToString());
        Assert.Contains("no bound q of ‖J‖", Solve(problem).Certify(new ContractionBounds()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void BoundsOnATooSmallBall_CertifyNothing()
    {
        // w − Φ may vanish outside the ball as well: what is not known there may not be used
        Contraction problem = Contraction.InNorm(3, 4, 2);
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(LinearSolver.FixedPoint(1e-2))
            .Compute(Bilevel.Problem(problem.Map.SolvedBy(FixedPoint.Iteration(1e-2)), problem.Outer), problem.Start, problem.Hyper);

        Assert.Contains("the bounds hold within", g.Certify(problem.Bounds() with { Radius = 1e-6 }).Reason, StringComparison.Ordinal);
        Assert.True(g.Certify(problem.Bounds() with { Radius = 10 }).IsCertified);
    }

    [Fact]
    public void BoundsOfTheOtherKindOfProblem_Throw_WithTheRemedy()
    {
        Contraction problem = Contraction.InNorm(3, 4, 2);
        ArgumentException exception = Assert.Throws<ArgumentException>(() => Solve(problem).Certify(new StrongConvexityBounds()));

        Assert.Contains("it takes ContractionBounds", exception.Message, StringComparison.Ordinal);
        StronglyConvex minimum = StronglyConvex.Of(1, 3, 2);
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit()
            .Compute(Bilevel.Problem(minimum.Inner.MinimizedBy(Minimizer.NewtonCg()), minimum.Outer), minimum.Start, minimum.Hyper);
        Assert.Contains("it takes StrongConvexityBounds", Assert.Throws<ArgumentException>(() => g.Certify(new ContractionBounds())).Message,
            StringComparison.Ordinal);
        Assert.Contains("μ = 0 is not positive", g.Certify(new StrongConvexityBounds()).Reason, StringComparison.Ordinal);
    }

    /// <summary>Problems of one number in which a single term of the bound is the whole error: what is added there must be neither missing nor too
    /// large.</summary>
    [Theory]
    [InlineData("HyperGradientLipschitz", 1.01)]
    [InlineData("HyperJacobianLipschitz", 1.01)]
    [InlineData("StateGradientLipschitz", 1.01)]
    [InlineData("JacobianLipschitz", 1.5)]
    public void Certificate_WhereOneTermIsTheError_IsThatTerm(string term, double slack)
    {
        // w* = 1/(1 − q) at λ = 0, or next to it; |w − w*| is the residual over 1 − q
        (double q, double change) = (0.5, 0.01);
        (Func<Tensor, Tensor, Tensor> Map, Func<Tensor, Tensor, Tensor> Outer, ContractionBounds Bounds) one = term switch
        {
            // h = c w, and nothing goes through the solution
            "HyperGradientLipschitz" => ((w, h) => (q * w) + 1 + (0 * h), (w, h) => change * w * h, Known(0, 0, 0, change)),

            // P = c w
            "HyperJacobianLipschitz" => ((w, h) => (q * w) + 1 + (change * h * w), (w, _) => w, Known(3 * change, change, 0, 0)),

            // g = c w
            "StateGradientLipschitz" => ((w, h) => (q * w) + 1 + h, (w, _) => 0.5 * change * w.Square(), Known(1, 0, change, 0)),

            // J = q + c (w − 2), which is at most q near the solution from below
            _ => ((w, h) => (q * w) + 1 + (0.5 * change * (w - 2).Square()) + h, (w, _) => w, Known(1, 0, 0, 0) with { JacobianLipschitz = change }),
        };
        ContractionBounds Known(double hyperJacobian, double hyperJacobianChange, double stateGradientChange, double hyperGradientChange) => new()
        {
            Contraction = q,
            HyperJacobian = hyperJacobian,
            HyperJacobianLipschitz = hyperJacobianChange,
            JacobianLipschitz = 0,
            StateGradientLipschitz = stateGradientChange,
            HyperGradientLipschitz = hyperGradientChange,
        };
        FixedPointProblem<Tensor, Tensor> problem = Bilevel.Problem(FixedPointMap.From(one.Map), Objective.From(one.Outer));
        double Gradient(double tolerance, out ErrorCertificate certificate)
        {
            ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(LinearSolver.DenseLu())
                .Compute(Bilevel.Problem(problem.Inner.Map.SolvedBy(FixedPoint.Iteration(tolerance)), problem.Outer), Tensor.Scalar(0), Tensor.Scalar(0));
            certificate = g.Certify(one.Bounds);
            return g.Gradient.ToScalar();
        }

        double error = Math.Abs(Gradient(1e-2, out ErrorCertificate certificate) - Gradient(1e-15, out _));

        Assert.InRange(certificate.Bound, error, slack * error);
    }

    [Fact]
    public void Certificate_WhereResidualsVanishInRounding_DoesNot()
    {
        // ½ w + 0.05 + ½ λ: w = 0.1 solves it to the last bit, and is not the 0.1 of mathematics
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + 0.05 + (0.5 * h));
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(LinearSolver.DenseLu())
            .Compute(Bilevel.Problem(map.SolvedBy(FixedPoint.Iteration(1e-15)), Objective.From<Tensor, Tensor>((w, _) => 0.5 * w.Square())), Tensor.Scalar(0.1),
            Tensor.Scalar(0));
        ErrorCertificate certificate = g.Certify(new ContractionBounds
        {
            Contraction = 0.5,
            HyperJacobian = 0.5,
            HyperJacobianLipschitz = 0,
            JacobianLipschitz = 0,
            StateGradientLipschitz = 1,
            HyperGradientLipschitz = 0,
        });
        double ulp = DType.Float64.Epsilon() * g.Gradient.ToScalar();

        Assert.Equal(0, g.InnerReport.Residual);
        Assert.InRange(certificate.Bound, ulp, 1000 * ulp);
    }

    private static ImplicitHypergradient<Tensor, Tensor> Solve(Contraction problem) =>
        Hypergradient.Implicit().Compute(Bilevel.Problem(problem.Map, problem.Outer), problem.Start, problem.Hyper);

    private static (double Inner, double Adjoint)[] Errors() => [(1e-1, 1e-1), (1e-2, 1e-6), (1e-6, 1e-2), (1e-13, 1e-13)];

    private static IEnumerable<(ImplicitHypergradient<Tensor, Tensor> Result, ErrorBounds Bounds, Vector<double> Exact)> Minima(StronglyConvex problem) =>
        Errors().Select(to => (
        Hypergradient.Implicit(adjoint: LinearSolver.ConjugateGradient(to.Adjoint)).Compute(
            Bilevel.Problem(problem.Inner.MinimizedBy(Minimizer.GradientDescent(StepSize.Fixed(1 / problem.Smoothness), to.Inner)), problem.Outer),
                problem.Start, problem.Hyper),
        (ErrorBounds)problem.Bounds(),
        problem.Hypergradient()));

    /// <summary>The ratios of the certificates to the errors above a hundred units in the last place.</summary>
    private static double[] Ratios(
        IEnumerable<(ImplicitHypergradient<Tensor, Tensor> Result, ErrorBounds Bounds, Vector<double> Exact)> solved)
    {
        var ratios = new List<double>();
        foreach ((ImplicitHypergradient<Tensor, Tensor> result, ErrorBounds bounds, Vector<double> exact) in solved)
        {
            ErrorCertificate certificate = result.Certify(bounds);
            double error = (Dense.Vector(result.Gradient) - exact).L2Norm();
            Assert.True(certificate.IsCertified, certificate.ToString());
            Assert.True(certificate.Bound >= error, $"{certificate}, and the error is {error}");
            if (error > 100 * DType.Float64.Epsilon() * exact.L2Norm())
            {
                ratios.Add(certificate.Bound / error);
            }
        }

        return [.. ratios];
    }
}
