using FsCheck.Xunit;
using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.Hypergradients;

/// <summary>Certificates of maps of a float64 state that compute in float32 here and there: never below the distance to the gradient of mathematics.</summary>
[Properties(Replay = "(1592590369,1592590371)", MaxTest = 40, Arbitrary = [typeof(ProblemsOfFewSizes)])]
public sealed class MixedPrecisionCertificates
{
    // where the islands are: a set for each problem, none of them empty
    private const int InState = 1, InHyper = 2, InSum = 4, InOuter = 8, Bends = 16;

    [Property]
    public void ACertificate_IsNeverBelowTheError(ProblemDraw draw)
    {
        var random = new Random(draw.Seed);
        int islands = random.Next(1, 16) | (random.Next(2) * Bends);

        // numbers that float32 holds: rounding is in what the map computes, not in what it is given
        Matrix<double> a = MatrixMaker.WithNorm(random, draw.States, 0.5).Map(Held);
        Matrix<double> b = MatrixMaker.Gaussian(random, draw.States, draw.Hypers).Map(Held);
        Vector<double> lambda = MatrixMaker.Gaussian(random, draw.Hypers);
        double tolerance = Math.Pow(10, -random.Next(1, 7));
        (Tensor ta, Tensor tb) = (Dense.Of(a), Dense.Of(b));
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) =>
        {
            Tensor state = Island(islands, InState, [ta, w], x => x[0].MatMul(x[1]));
            Tensor hyper = Island(islands, InHyper, [tb, h], x => x[0].MatMul(x[1]));
            return Island(islands, InSum, [state, hyper], x => (islands & Bends) == 0 ? x[0] + x[1] : (x[0] + x[1]).Tanh());
        });
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => Island(islands, InOuter, [w], x => 0.5 * x[0].Square().Sum()));
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(LinearSolver.Gmres(tolerance: tolerance))
            .Compute(Bilevel.Problem(map.SolvedBy(FixedPoint.Iteration(tolerance)), outer), Tensor.Zeros([draw.States]), Dense.Of(lambda));

        // |tanh″| ≤ 4/(3√3); norms are theirs to a few roundings of a decomposition
        double bend = (islands & Bends) == 0 ? 0 : 4 / (3 * Math.Sqrt(3));
        (double q, double p) = (a.L2Norm() * (1 + 1e-12), b.L2Norm() * (1 + 1e-12));
        ErrorCertificate certificate = g.Certify(new ContractionBounds
        {
            Contraction = q,
            HyperJacobian = p,
            JacobianLipschitz = bend * q * q,
            HyperJacobianLipschitz = bend * q * p,
            StateGradientLipschitz = 1,
            HyperGradientLipschitz = 0,
        });
        Vector<double> exact = Exact(a, b * lambda, b, bend > 0);
        double error = (Dense.Vector(g.Gradient) - exact).L2Norm();

        // the reference is a solve in float64 whose condition is at most 3: (1 + q)/(1 − q)
        double reference = 3 * 64 * DType.Float64.Epsilon() * exact.L2Norm();
        Assert.True(certificate.IsCertified, certificate.Reason);
        Assert.True(certificate.Bound >= error - reference, $"islands {islands}: {certificate}, and the error is {error}");
    }

    private static double Held(double number) => (float)number;

    private static Tensor Island(int islands, int which, Tensor[] operands, Func<Tensor[], Tensor> function) => (islands & which) == 0
        ? function(operands) : function([.. operands.Select(operand => operand.To(DType.Float32))]).To(DType.Float64);

    private static Vector<double> Exact(Matrix<double> a, Vector<double> constant, Matrix<double> b, bool bends)
    {
        // ½ to the power of 100 is below the rounding of float64
        Vector<double> w = Vector<double>.Build.Dense(constant.Count);
        for (int i = 0; i < 100; i++)
        {
            w = (a * w) + constant;
            w = bends ? w.Map(Math.Tanh) : w;
        }

        Matrix<double> slope = Matrix<double>.Build.DenseDiagonal(w.Count, w.Count, i => bends ? 1 - (w[i] * w[i]) : 1);
        Matrix<double> residual = Matrix<double>.Build.DenseIdentity(w.Count) - (slope * a);
        return (slope * b).TransposeThisAndMultiply(residual.Transpose().Solve(w));
    }
}
