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
}
