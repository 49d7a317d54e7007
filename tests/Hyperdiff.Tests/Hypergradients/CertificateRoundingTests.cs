using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.Hypergradients;

/// <summary>Certificates where rounding is the error, and where the bounds themselves are wrong: never below the truth, or refused.</summary>
public sealed class CertificateRoundingTests
{
    private static readonly ContractionBounds s_half = new()
    {
        Contraction = 0.5,
        HyperJacobian = 2,
        HyperJacobianLipschitz = 0,
        JacobianLipschitz = 0,
        StateGradientLipschitz = 1,
        HyperGradientLipschitz = 0,
    };

    // λ in [0.1, 1], with an exact value as decimal
    public static TheoryData<int> Hypers => new(Enumerable.Range(1, 12));

    [Theory]
    [MemberData(nameof(Hypers))]
    public void ConstantsThatCancel_AreInTheCertificate(int seed)
    {
        foreach (double constant in new[] { 1.0, 1e4, 1e8, 1e12, 1e15 })
        {
            // Φ = ½ w + λ, but λ has been next to a constant: w* = 2λ, ∇ ½ w² = 4 λ
            FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + ((h + constant) - constant));
            AssertNeverBelow(map, s_half, seed, DType.Float64, h => 4 * h);

            // the same in the outer objective's gradient, and in the derivative
            FixedPointMap<Tensor, Tensor> slope = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + (h * (((h * 0) + (1.0 / 3) + constant) - constant)));
            AssertNeverBelow(slope, s_half, seed, DType.Float64, h => 4 * h * (decimal)(1.0 / 3) * (decimal)(1.0 / 3));
        }
    }

    [Theory]
    [MemberData(nameof(Hypers))]
    public void ACoarserElementTypeInside_IsInTheCertificate(int seed)
    {
        // a float64 state whose map computes in float32: a third of λ
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + (h.To(DType.Float32) / 3).To(DType.Float64));
        AssertNeverBelow(map, s_half, seed, DType.Float64, h => 4 * h / 9);
        FixedPointMap<Tensor, Tensor> whole = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + (h / 3));
        AssertNeverBelow(whole, s_half, seed, DType.Float32, h => 4 * h / 9);
    }

    [Theory]
    [MemberData(nameof(Hypers))]
    public void ExtremeScalesAndConditions_AreCertified(int seed)
    {
        foreach (double gap in new[] { 0.5, 1e-3, 1e-6 })
        {
            // q = 1 − 2⁻ᵏ next to the gap, so that it is exact
            double exact = Math.Pow(2, Math.Round(Math.Log2(gap)));
            FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => ((1 - exact) * w) + (exact * h));
            ContractionBounds bounds = s_half with { Contraction = 1 - exact, HyperJacobian = exact };
            AssertNeverBelow(map, bounds, seed, DType.Float64, h => h);
        }
    }

    [Fact]
    public void ALoopInside_IsRefused_WithItsName()
    {
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + Loop.Iterate(3, c => 0.5 * c, h));
        ErrorCertificate certificate = Solve(map, Tensor.Scalar(1)).Certify(s_half);

        Assert.False(certificate.IsCertified);
        Assert.Contains("it is not known what rounding does", certificate.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-1)]
    [InlineData(double.NegativeInfinity)]
    public void NumbersThatAreNoBounds_Throw(double wrong)
    {
        foreach (Type type in typeof(ErrorBounds).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ErrorBounds))))
        {
            foreach (System.Reflection.PropertyInfo property in type.GetProperties().Where(property => property.SetMethod is { IsPublic: true }))
            {
                object bounds = Activator.CreateInstance(type)!;
                bool isModulus = property.Name is "Modulus" or "Convexity";
                if (isModulus && wrong == -1)
                {
                    continue;
                }

                Exception exception = Assert.Throws<System.Reflection.TargetInvocationException>(() => property.SetValue(bounds, wrong)).InnerException!;
                Assert.Contains(property.Name, Assert.IsType<ArgumentOutOfRangeException>(exception).Message, StringComparison.Ordinal);
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new StrongConvexityBounds { Convexity = 1 }.OfGradientDescent(wrong));
        Assert.Throws<ArgumentOutOfRangeException>(() => s_half with { Contraction = wrong });
    }

    [Fact]
    public void BoundsThatOneProductContradicts_AreRefused()
    {
        // ‖J‖ is 0.5, ‖P‖ is 1
        ImplicitHypergradient<Tensor, Tensor> g = Solve(FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + h), Tensor.Scalar(1));

        Assert.True(g.Certify(s_half).IsCertified);
        Assert.Contains("the modulus 0.8 is wrong", g.Certify(s_half with { Contraction = 0.2 }).Reason, StringComparison.Ordinal);
        Assert.Contains("HyperJacobian is wrong", g.Certify(s_half with { HyperJacobian = 0.9 }).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void AGradientDescentMap_KeepsItsGap_WhereOneMinusItRoundsAway()
    {
        // ημ = 3e-16: 1 − ημ is off by a tenth of that
        ContractionBounds bounds = new StrongConvexityBounds { Convexity = 3e-10, Smoothness = 1 }.OfGradientDescent(1e-6);

        Assert.InRange(bounds.Monotonicity, 0.99 * 3e-16, 3e-16);
        Assert.Equal(0.5, (bounds with { Contraction = 0.5 }).Monotonicity);
    }

    /// <summary>
    /// Least squares in the state and in λ, as in Ehrhardt and Roberts (2023), "Analyzing inexact hypergradients for bilevel learning", section 4: <c>F = ‖A₁w
    /// − b₁‖²</c>, <c>f = ‖A₂w + A₃λ − b₂‖²</c>. Their
    /// a-posteriori bound is ‖B‖/μ (L_F ε + δ), with ε = ‖∇f‖/μ and δ the residual of the adjoint.
    /// </summary>
    [Theory]
    [InlineData(1, 1e-1, 1e-2)]
    [InlineData(2, 1e-2, 1e-1)]
    [InlineData(3, 1e-4, 1e-4)]
    [InlineData(4, 1e-8, 1e-2)]
    [InlineData(5, 1e-3, 1e-9)]
    public void OnLeastSquares_ItIsAsTightAsTheBoundOfEhrhardtAndRoberts(int seed, double inner, double adjoint)
    {
        var random = new Random(seed);
        Matrix<double> Draw() => MatrixMaker.Gaussian(random, 40, 10);
        (Matrix<double> a1, Matrix<double> a2, Matrix<double> a3) = (Draw(), Draw(), Draw());
        (Vector<double> b1, Vector<double> b2, Vector<double> lambda) = (MatrixMaker.Gaussian(random, 40), MatrixMaker.Gaussian(random, 40),
            MatrixMaker.Gaussian(random, 10));
        (Tensor t1, Tensor t2, Tensor t3, Tensor c1, Tensor c2) = (Dense.Of(a1), Dense.Of(a2), Dense.Of(a3), Dense.Of(b1), Dense.Of(b2));
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => (t2.MatMul(w) + t3.MatMul(h) - c2).Square().Sum());
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => (t1.MatMul(w) - c1).Square().Sum());
        Matrix<double> hessian = 2 * a2.TransposeThisAndMultiply(a2);
        Vector<double> spectrum = hessian.Evd(Symmetricity.Symmetric).EigenValues.Real();
        (double convexity, double smoothness) = (spectrum.Minimum(), spectrum.Maximum());
        Matrix<double> mixed = 2 * a2.TransposeThisAndMultiply(a3);
        double outerChange = 2 * a1.TransposeThisAndMultiply(a1).L2Norm();

        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(adjoint: LinearSolver.ConjugateGradient(adjoint)).Compute(
            Bilevel.Problem(f.MinimizedBy(Minimizer.GradientDescent(StepSize.Fixed(1 / smoothness), inner)), outer), Tensor.Zeros([10]), Dense.Of(lambda));
        ErrorCertificate certificate = g.Certify(new StrongConvexityBounds
        {
            Convexity = convexity * (1 - 1e-12),
            Smoothness = smoothness * (1 + 1e-12),
            HyperJacobian = mixed.L2Norm() * (1 + 1e-12),
            JacobianLipschitz = 0,
            HyperJacobianLipschitz = 0,
            StateGradientLipschitz = outerChange * (1 + 1e-12),
            HyperGradientLipschitz = 0,
        });

        Vector<double> solution = hessian.Solve(2 * a2.TransposeThisAndMultiply(b2 - (a3 * lambda)));
        Vector<double> exact = -mixed.TransposeThisAndMultiply(hessian.Solve(2 * a1.TransposeThisAndMultiply((a1 * solution) - b1)));
        double error = (Dense.Vector(g.Gradient) - exact).L2Norm();
        double state = (hessian * (Dense.Vector(g.State) - solution)).L2Norm() / convexity;
        double published = mixed.L2Norm() / convexity * ((outerChange * state) + g.AdjointReport.Residual);

        Assert.True(certificate.IsCertified, certificate.Reason);
        Assert.InRange(certificate.Bound, error, published * (1 + 1e-6));
    }

    private static ImplicitHypergradient<Tensor, Tensor> Solve(FixedPointMap<Tensor, Tensor> map, Tensor hyper) =>
        Hypergradient.Implicit(LinearSolver.DenseLu())
        .Compute(Bilevel.Problem(
        map.SolvedBy(FixedPoint.Anderson(2, tolerance: 1e-6)), Objective.From<Tensor, Tensor>((w, _) => 0.5 * w.To(DType.Float64).Square())),
        Tensor.ZerosLike(hyper), hyper);

    // the gradient that mathematics gives for the λ that the tensor holds, in 28 digits
    private static void AssertNeverBelow(FixedPointMap<Tensor, Tensor> map, ContractionBounds bounds, int seed, DType type, Func<decimal, decimal> exact)
    {
        Tensor hyper = Tensor.Scalar(0.1 + (0.9 * new Random(seed).NextDouble()), DType.Float64).To(type);
        ImplicitHypergradient<Tensor, Tensor> g = Solve(map, hyper);
        ErrorCertificate certificate = g.Certify(bounds);
        decimal error = Math.Abs(Exact(g.Gradient.ToScalar()) - exact(Exact(hyper.ToScalar())));

        Assert.True(!certificate.IsCertified || certificate.Bound >= (double)error, $"{certificate}, and the error is {error}");
        Assert.True(certificate.IsCertified, certificate.Reason);
    }

    // exactly: the conversion of the framework rounds to 15 digits. Numbers here are of order 1, so that 2⁻⁵² divides them but for what 28 digits leave out
    private static decimal Exact(double number)
    {
        const double Unit = 1L << 40;
        double high = Math.Floor(number * Unit);
        return (((decimal)(long)high) + ((decimal)(long)(((number * Unit) - high) * Unit) / (decimal)Unit)) / (decimal)Unit;
    }
}
