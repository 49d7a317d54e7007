using System.Collections.Immutable;
using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.InnerSolvers;

public sealed class MinimizerTests
{
    private const int Seed = 20240;

    public static TheoryData<string> Names => new(s_minimizers.Keys);

    // backtracking too goes beyond √ε, where values of f are rounding: there it tells steps by their slope
    private static readonly Dictionary<string, (Minimizer Minimizer, double Tolerance)> s_minimizers = new()
    {
        ["Newton-CG"] = (Minimizer.NewtonCg(1e-12), 1e-12),
        ["L-BFGS"] = (Minimizer.Lbfgs(tolerance: 1e-12), 1e-12),
        ["L-BFGS of one"] = (Minimizer.Lbfgs(1, 1e-12), 1e-12),
        ["gradient descent, fixed"] = (Minimizer.GradientDescent(StepSize.Fixed(0.19), 1e-12), 1e-12),
        ["gradient descent, from smoothness"] = (Minimizer.GradientDescent(StepSize.FromSmoothness(5), 1e-12), 1e-12),
        ["gradient descent, backtracking"] = (Minimizer.GradientDescent(StepSize.Backtracking(), 1e-12), 1e-12),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Minimum_OfAQuadratic_AndItsDerivative_AreThoseOfTheClosedForm(string name)
    {
        // f = ½wᵀAw − λᵀBw has w* = A⁻¹Bᵀλ
        var random = new Random(Seed);
        Matrix<double> a = MatrixMaker.PositiveDefinite(random, 6, 0.5, 5);
        Matrix<double> b = MatrixMaker.Gaussian(random, 4, 6);
        Vector<double> lambda = MatrixMaker.Gaussian(random, 4);
        (Tensor ta, Tensor tb) = (Dense.Of(a), Dense.Of(b));
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => (0.5 * w.MatMul(ta.MatMul(w))) - h.MatMul(tb.MatMul(w)));
        Minimization<Tensor, Tensor> minimization = f.MinimizedBy(s_minimizers[name].Minimizer);
        double tolerance = 20 * s_minimizers[name].Tolerance * a.ConditionNumber();

        Tensor minimum = minimization.Solve(Tensor.Zeros([6]), Dense.Of(lambda)).EnsureConverged();
        Tensor derivative = Diff.Grad(h => Argmin.Of(minimization, Tensor.Zeros([6]), h, LinearSolver.ConjugateGradient(1e-13)).Sum(), Dense.Of(lambda));

        Assert.InRange(Dense.RelativeError(a.Solve(b.Transpose() * lambda), minimum), 0, tolerance);
        Assert.InRange(Dense.RelativeError(b * a.Solve(Vector<double>.Build.Dense(6, 1)), derivative), 0, tolerance);
    }

    [Fact]
    public void NewtonCg_FromAPointOfNegativeCurvature_StillDescendsToAMinimum()
    {
        // f = ¼w⁴ − ½w² + λw is concave at 0.1
        Objective<Tensor, Tensor> well = Objective.From<Tensor, Tensor>((w, h) => ((0.25 * w.Square().Square()) - (0.5 * w.Square()) + (h * w)).Sum());
        Tensor w = well.MinimizedBy(Minimizer.NewtonCg(1e-12)).Solve(Tensor.From([0.1]), Tensor.From([0.0])).EnsureConverged();

        Assert.Equal(1.0, w.ToArray<double>()[0], 1e-11);
    }

    [Fact]
    public void Lbfgs_OnRosenbrocksValley_FindsItsEnd_WithFewGradients()
    {
        Objective<Tensor, Tensor> valley = Objective.From<Tensor, Tensor>((w, _) => ((1 - w[0]).Square() + (100 * (w[1] - w[0].Square()).Square())));
        Solution<Tensor> solution = valley.MinimizedBy(Minimizer.Lbfgs(tolerance: 1e-12)).Solve(Tensor.From([-1.2, 1]), Tensor.Scalar(0));

        Assert.All(solution.EnsureConverged().ToArray<double>(), element => Assert.Equal(1, element, 1e-9));

        // Moré, Garbow and Hillstrom's problem 1; gradient descent needs some ten thousand
        Assert.InRange(solution.Report.Products, 20, 80);
    }

    [Fact]
    public void Lbfgs_FromAPointOfNegativeCurvature_StillDescendsToAMinimum()
    {
        Objective<Tensor, Tensor> well = Objective.From<Tensor, Tensor>((w, h) => ((0.25 * w.Square().Square()) - (0.5 * w.Square()) + (h * w)).Sum());
        Tensor w = well.MinimizedBy(Minimizer.Lbfgs(tolerance: 1e-12)).Solve(Tensor.From([0.1]), Tensor.From([0.0])).EnsureConverged();

        Assert.Equal(1.0, w.ToArray<double>()[0], 1e-11);
    }

    [Fact]
    public void Lbfgs_OfNothing_Throws() => Assert.Equal("memory", Assert.Throws<ArgumentOutOfRangeException>(() => Minimizer.Lbfgs(0)).ParamName);

    [Fact]
    public void GradientDescent_WithATooLongStep_SaysDiverged()
    {
        Objective<Tensor, Tensor> bowl = Objective.From<Tensor, Tensor>((w, h) => 0.5 * (w - h).Square().Sum());
        SolveReport report = bowl.MinimizedBy(Minimizer.GradientDescent(StepSize.Fixed(2.5))).Solve(Tensor.From([1.0]), Tensor.From([0.0])).Report;

        Assert.Equal(SolveStatus.Diverged, report.Status);
        Assert.Equal(1.5, report.Rate, 1e-9);
    }

    [Fact]
    public void Objective_ThatIsNoScalar_Throws_WithTheRemedy()
    {
        Objective<Tensor, Tensor> vector = Objective.From<Tensor, Tensor>((w, h) => w * h, "Loss");
        ShapeMismatchException exception = Assert.Throws<ShapeMismatchException>(() => vector.Evaluate(Tensor.Zeros([3]), Tensor.Scalar(1)));

        Assert.Equal("Loss must return a floating scalar, and returned float64 [3]; reduce it by Sum() or Mean().", exception.Message);
    }

    // the inverses of norms of such curvatures are no numbers of float32, and QR iterations over subnormal numbers do not end
    [Theory]
    [InlineData(DType.Float32, 1e-40)]
    [InlineData(DType.Float64, 1e-308)]
    [InlineData(DType.Float64, 1e-312)]
    public void CurvaturesNearTheEndOfTheType_AreLookedAt(DType dtype, double unit)
    {
        const int Size = 8;
        Tensor curvatures = unit * Tensor.From([.. Enumerable.Range(1, Size).Select(i => (double)(i * i))]), signs = Tensor.From([1, 1, 1, 1, 1, 1, 1, -1.0]);
        ImmutableArray<TensorType> types = [new TensorType(dtype, [Size])];
        Assert.False(Look(curvatures).IsNegative);
        Assert.True(Look(signs * curvatures).IsNegative);

        CurvatureProbe.Finding Look(Tensor of) => CurvatureProbe.Look(types, v => of.To(dtype) * v, dtype.Epsilon());
    }

    // of a gradient whose parts are as far apart as the leaves a direction that is accurate in the whole has one part alone
    [Fact]
    public void NewtonCg_OfLeavesOfOtherSizes_IsAsAccurateInEach()
    {
        const double Far = 1e11, Tolerance = 1e-6, Slack = 3;
        const int First = 12, Problems = 30;
        for (int seed = 0; seed < Problems; seed++)
        {
            RandomKey[] keys = RandomKey.FromSeed(seed).Split(3);
            Tensor half = keys[0].Normal([First + 1, First + 1]) / Math.Sqrt(2 * (First + 1));
            Tensor hessian = half.MatMul(half.Transpose()) + (0.01 * Tensor.Eye(First + 1));
            (Tensor, Tensor) minimum = (keys[1].Normal([First]), Far * keys[2].Normal([1]));
            Objective<(Tensor, Tensor), (Tensor, Tensor)> f = Objective.From<(Tensor, Tensor), (Tensor, Tensor)>(
                (w, h) =>
                {
                    Tensor u = Tensor.Concat(0, w.Item1 - h.Item1, (w.Item2 - h.Item2) / Far);
                    return (0.5 * u.Dot(hessian.MatMul(u))) + u.Pow(4).Sum();
                },
                state: s_pair, hyper: s_pair);
            Solution<(Tensor, Tensor)> found = f.MinimizedBy(Minimizer.NewtonCg(Tolerance)).Solve((Tensor.Zeros([First]), Tensor.Zeros([1])), minimum);
            double[] errors = [Error(found.State.Item1, minimum.Item1), Error(found.State.Item2, minimum.Item2)];
            Assert.True(!found.Report.Converged || errors.Max() <= Slack * Tolerance, $"{seed}: off by {errors[0]:G2} and {errors[1]:G2}, {found.Report}");
        }

        static double Error(Tensor found, Tensor exact) => (found - exact).Norm().ToScalar() / exact.Norm().ToScalar();
    }

    private static readonly Tree<(Tensor, Tensor)> s_pair = Tree.Tuple(Tree.Tensor, Tree.Tensor);
}
