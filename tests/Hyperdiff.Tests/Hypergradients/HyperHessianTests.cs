using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.Hypergradients;

/// <summary>Hessians of ℓ(λ), and problems of three levels: derivatives of solutions that are themselves derivatives of solutions.</summary>
public sealed class HyperHessianTests
{
    private const double Solved = 1e-13;

    // systems with condition numbers below ten, solved to 1e-13 twice over
    private const double Exact = 1e-10;

    public static TheoryData<string> Ways => ["fixed point", "minimum", "root", "constrained minimum"];

    [Theory]
    [MemberData(nameof(Ways))]
    public void HyperHessian_OverALinearResponse_IsThatOfTheClosedForm(string way)
    {
        // w* = A⁻¹Bλ = R λ, ℓ = ½‖w* − t‖² + ¼‖λ‖⁴: ∇²ℓ = RᵀR + ‖λ‖² I + 2 λλᵀ
        var random = new Random(71);
        Matrix<double> a = MatrixMaker.PositiveDefinite(random, 5, 0.5, 3);
        (Matrix<double> b, Vector<double> t, Vector<double> lambda, Vector<double> u) = (MatrixMaker.Gaussian(random, 5, 3), MatrixMaker.Gaussian(random, 5),
            MatrixMaker.Gaussian(random, 3), MatrixMaker.Gaussian(random, 3));
        (Tensor ta, Tensor tb, Tensor tt) = (Dense.Of(a), Dense.Of(b), Dense.Of(t));
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => (0.5 * w.MatMul(ta.MatMul(w))) - w.MatMul(tb.MatMul(h)));
        RootCondition<Tensor, Tensor> c = RootCondition.From<Tensor, Tensor>((w, h) => ta.MatMul(w) - tb.MatMul(h));
        (Tensor start, ConstrainedObjective<Tensor, Tensor> free) = (Tensor.Zeros([5]), f.SubjectTo(inequalities: (w, _) => w - 1e3));
        Tensor Solution(Tensor h) => way switch
        {
            "fixed point" => FixedPoint.Of(f.GradientDescentMap(0.5).SolvedBy(FixedPoint.Iteration(Solved)), start, h, LinearSolver.Gmres(tolerance: Solved)),
            "minimum" => Argmin.Of(f.MinimizedBy(Minimizer.NewtonCg(Solved)), start, h, LinearSolver.ConjugateGradient(Solved)),
            "root" => Root.Of(c.SolvedBy(Root.Newton(tolerance: Solved)), start, h, LinearSolver.Gmres(tolerance: Solved)),
            _ => Root.Of(free.Kkt.SolvedBy(Root.Newton(tolerance: Solved)), free.Start(start, h), h, LinearSolver.DenseLu(Solved)).State,
        };
        Tensor Loss(Tensor h) => (0.5 * (Solution(h) - tt).Square().Sum()) + (0.25 * h.Square().Sum().Square());

        Matrix<double> r = a.Solve(b);
        Matrix<double> exact = r.TransposeThisAndMultiply(r) + (lambda.DotProduct(lambda) * Matrix<double>.Build.DenseIdentity(3))
            + (2 * lambda.OuterProduct(lambda));
        Assert.InRange(Dense.RelativeError(exact * u, Diff.Hvp(Loss, Dense.Of(lambda), Dense.Of(u))), 0, Exact);
        Assert.InRange(Dense.RelativeError(Vector<double>.Build.DenseOfEnumerable(exact.ToRowMajorArray()), Diff.Hessian(Loss, Dense.Of(lambda))), 0, Exact);
    }

    [Theory]
    [InlineData("fixed point")]
    [InlineData("root")]
    [InlineData("black box")]
    public void HyperHessian_OverACurvedResponse_HasTheSecondDerivativeOfTheSolution(string way)
    {
        // w* = √λ, ℓ = ½(Σ w*)²: ∂²ℓ = wᵢ′wⱼ′ + (Σ w) wᵢ″ δᵢⱼ with w′ = ½λ^−½, w″ = −¼λ^−3/2
        double[] lambda = [1, 2, 5];
        FixedPointMap<Tensor, Tensor> heron = FixedPointMap.From<Tensor, Tensor>((w, h) => 0.5 * (w + (h / w)));
        RootCondition<Tensor, Tensor> square = RootCondition.From<Tensor, Tensor>((w, h) => w.Square() - h);
        Tensor Solution(Tensor h) => way switch
        {
            "fixed point" => FixedPoint.Of(heron.SolvedBy(FixedPoint.Iteration(Solved)), Tensor.Ones([3]), h, LinearSolver.FixedPoint(Solved)),
            "root" => Root.Of(square.SolvedBy(Root.Newton(tolerance: Solved)), Tensor.Ones([3]), h),
            _ => Root.Of(square.SolvedBy((_, x) => Tensor.From([.. x.ToArray<double>().Select(Math.Sqrt)]), Solved), Tensor.Ones([3]), h),
        };
        double[] hessian = Diff.Hessian(h => 0.5 * Solution(h).Sum().Square(), Tensor.From(lambda)).ToArray<double>();
        double sum = lambda.Sum(Math.Sqrt);

        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                double curved = i == j ? -0.25 * sum * Math.Pow(lambda[i], -1.5) : 0;
                Assert.Equal((0.25 / Math.Sqrt(lambda[i] * lambda[j])) + curved, hessian[(3 * i) + j], Exact);
            }
        }
    }

    [Fact]
    public void ThreeLevels_OfARootAMinimumAndAFixedPoint_HaveGradientAndHessianOfTheClosedForm()
    {
        // lowest: w³ = u;  middle: v = ½ v + ½ w², v = w²;  upper: s = argmin ½(s − v)² + ½ λ s², s = u^⅔/(1 + λ);  ℓ = ½ s² at u = λ
        RootFinding<Tensor, Tensor> lowest = RootCondition.From<Tensor, Tensor>((w, u) => w.Pow(3) - u).SolvedBy(Root.Newton(tolerance: Solved));
        FixedPointMap<Tensor, Tensor> middle = FixedPointMap.From<Tensor, Tensor>(
            (v, u) => 0.5 * (v + Root.Of(lowest, Tensor.Scalar(1), u, LinearSolver.DenseLu(Solved)).Square()));
        Objective<Tensor, Tensor> upper = Objective.From<Tensor, Tensor>((s, h) =>
            (0.5 * (s - FixedPoint.Of(middle.SolvedBy(FixedPoint.Iteration(Solved)), Tensor.Scalar(1), h, LinearSolver.FixedPoint(Solved))).Square())
                + (0.5 * h * s.Square()));
        Tensor Loss(Tensor h) =>
            0.5 * Argmin.Of(upper.MinimizedBy(Minimizer.NewtonCg(Solved)), Tensor.Scalar(0), h, LinearSolver.ConjugateGradient(Solved)).Square();

        // ℓ = ½ λ^(4/3) (1 + λ)⁻²: ℓ′/ℓ = 4/(3λ) − 2/(1 + λ)
        const double Lambda = 2;
        double value = 0.5 * Math.Pow(Lambda, 4.0 / 3) / 9;
        double rate = (4 / (3 * Lambda)) - (2 / (1 + Lambda));
        double bend = (-4 / (3 * Lambda * Lambda)) + (2 / ((1 + Lambda) * (1 + Lambda)));
        ValueAndGradient<Tensor> g = Diff.ValueAndGrad(Loss, Tensor.Scalar(Lambda));

        Assert.All(g.Reports, report => Assert.True(report.Converged, report.ToString()));
        Assert.Equal(value, g.Value.ToScalar(), Exact);
        Assert.Equal(value * rate, g.Gradient.ToScalar(), Exact);
        Assert.Equal(value * ((rate * rate) + bend), Diff.Hessian(Loss, Tensor.Scalar(Lambda)).ToScalar(), Exact);
    }
}
