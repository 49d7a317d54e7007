using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.InnerSolvers;

/// <summary>What each fixed-point solver reaches, and what the plain iteration does not.</summary>
public sealed class FixedPointSolverTests
{
    private static readonly Dictionary<string, FixedPointSolver> s_solvers = new()
    {
        ["iteration"] = FixedPoint.Iteration(1e-13),
        ["damped"] = FixedPoint.Damped(0.7, 1e-13),
        ["Anderson"] = FixedPoint.Anderson(5, tolerance: 1e-13),
        ["Anderson of one"] = FixedPoint.Anderson(1, tolerance: 1e-13),
        ["Anderson, mixed"] = FixedPoint.Anderson(4, 0.6, tolerance: 1e-13),
        ["Broyden"] = FixedPoint.Broyden(tolerance: 1e-13),
        ["Broyden of three"] = FixedPoint.Broyden(3, tolerance: 1e-13),
    };

    public static TheoryData<string> Names => new(s_solvers.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Cosine_AndItsDerivative(string name)
    {
        FixedPointMap<Tensor, Tensor> cosine = FixedPointMap.From<Tensor, Tensor>((w, h) => w.Cos() + h);
        Tensor w = cosine.SolvedBy(s_solvers[name]).Solve(Tensor.Scalar(1), Tensor.Scalar(0)).EnsureConverged();
        Tensor slope = Diff.Grad(h => FixedPoint.Of(cosine.SolvedBy(s_solvers[name]), Tensor.Scalar(1), h, LinearSolver.FixedPoint(1e-14)), Tensor.Scalar(0));

        // the fixed point of the cosine; OEIS A003957; w = cos w + λ gives w′ = 1/(1 + sin w)
        Assert.Equal(0.739085133215160641655, w.ToScalar(), 1e-12);
        Assert.Equal(1 / (1 + Math.Sin(0.739085133215160641655)), slope.ToScalar(), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AffineContraction_OfTwoLeaves_AgreesWithTheClosedForm(string name)
    {
        // ‖M‖ < ½, not symmetric; w = M w + b in two leaves of different shapes
        var random = new Random(311);
        Matrix<double> m = MatrixMaker.Gaussian(random, 200, 200);
        m *= 0.49 / m.L2Norm();
        Vector<double> b = MatrixMaker.Gaussian(random, 200);
        Tensor matrix = Dense.Of(m);
        Tree<(Tensor, Tensor)> tree = Tree.Tuple(Tree.Tensor, Tree.Tensor);
        FixedPointMap<(Tensor, Tensor), Tensor> map = FixedPointMap.From<(Tensor, Tensor), Tensor>(
            (w, h) =>
            {
                Tensor next = matrix.MatMul(Tensor.Concat(0, w.Item1, w.Item2.Flatten())) + h;
                return (next[..80], next[80..].Reshape(4, 30));
            },
            "Affine",
            tree);
        Solution<(Tensor, Tensor)> solution = map.SolvedBy(s_solvers[name]).Solve((Tensor.Zeros([80]), Tensor.Zeros([4, 30])), Dense.Of(b));
        (Tensor first, Tensor second) = solution.EnsureConverged();

        // a residual of 1e-13 ‖w‖, over 1 − ‖M‖
        Assert.InRange(Dense.RelativeError((Matrix<double>.Build.DenseIdentity(200) - m).Solve(b), Tensor.Concat(0, first, second.Flatten())), 0,
            1e-13 / (1 - 0.49));

        // and R once more with its derivative, and eight products, that look for a slower mode
        Assert.Equal(solution.Report.Iterations + 1 + 9, solution.Report.Products);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Float32_ConvergesToItsOwnPrecision(string name)
    {
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w.Tanh()) + h);
        FixedPointSolver solver = s_solvers[name] with { Tolerance = new Tolerance(1e-6, 0) };
        Tensor w = map.SolvedBy(solver).Solve(Tensor.Zeros([3], DType.Float32), Tensor.Ones([3], DType.Float32)).EnsureConverged();

        Assert.Equal(DType.Float32, w.DType);
    }

    [Theory]
    [InlineData("Anderson")]
    [InlineData("Broyden")]
    [InlineData("Broyden of three")]
    public void Rotation_IsReachedByTheAccelerated_AndNotByTheIteration(string name)
    {
        FixedPointMap<Tensor, Tensor> rotation = FixedPointMap.From<Tensor, Tensor>((w, h) => Tensor.Concat(0, -w[1..], w[..1]) + h);
        Solution<Tensor> turning = rotation.SolvedBy(FixedPoint.Iteration(1e-12, maxIterations: 500)).Solve(Tensor.Ones([2]), Tensor.From([1.0, 0]));
        Tensor w = rotation.SolvedBy(s_solvers[name]).Solve(Tensor.Ones([2]), Tensor.From([1.0, 0])).EnsureConverged();

        Assert.Equal(SolveStatus.MaxIterations, turning.Report.Status);
        Assert.Equal(0.5, w.ToArray<double>()[0], 1e-12);
        Assert.Equal(0.5, w.ToArray<double>()[1], 1e-12);
    }

    [Fact]
    public void GrowingMap_IsReachedByBroyden_InAsManyStepsAsItHasUnknownsAndOne()
    {
        // 1.7 w + λ has the fixed point −λ/0.7, from which the iteration moves away
        FixedPointMap<Tensor, Tensor> growing = FixedPointMap.From<Tensor, Tensor>((w, h) => (1.7 * w) + h);
        Solution<Tensor> solution = growing.SolvedBy(FixedPoint.Broyden(tolerance: 1e-12)).Solve(Tensor.Scalar(0), Tensor.Scalar(1));

        Assert.Equal(-1 / 0.7, solution.EnsureConverged().ToScalar(), 1e-11);
        Assert.Equal(2, solution.Report.Iterations);
    }

    [Fact]
    public void AlternatingMap_IsReachedByDamping()
    {
        // J = −1.5: the iteration alternates and grows; with τ = ½ the factor is ½ − ¾ = −¼
        FixedPointMap<Tensor, Tensor> alternating = FixedPointMap.From<Tensor, Tensor>((w, h) => (-1.5 * w) + h);
        Solution<Tensor> solution = alternating.SolvedBy(FixedPoint.Damped(0.5, 1e-14)).Solve(Tensor.Scalar(0), Tensor.Scalar(1));

        Assert.Equal(0.4, solution.EnsureConverged().ToScalar(), 1e-13);
        Assert.Equal(0.25, solution.Report.Rate, 1e-3);
    }

    [Theory]
    [InlineData("Anderson", 25)]
    [InlineData("Broyden", 13)]
    public void AccelerationGoneAstray_BeginsAgainFromTheBest(string name, int most)
    {
        // w − Φ = eʷ − 1 is flat on the left: a secant from there lands at 8.4, where Φ is −4400
        FixedPointMap<Tensor, Tensor> flat = FixedPointMap.From<Tensor, Tensor>((w, h) => w - w.Exp() + h);
        Solution<Tensor> solution = flat.SolvedBy(s_solvers[name]).Solve(Tensor.Scalar(-3), Tensor.Scalar(1));

        Assert.Equal(0, solution.EnsureConverged().ToScalar(), 1e-12);

        // without that Anderson's never finds back, and Broyden's takes twice as long
        Assert.InRange(solution.Report.Iterations, 4, most);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NaN_AndCancellation_AreStatuses(string name)
    {
        FixedPointMap<Tensor, Tensor> logarithm = FixedPointMap.From<Tensor, Tensor>((w, _) => w.Log());
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.Equal(SolveStatus.NonFiniteInput, logarithm.SolvedBy(s_solvers[name]).Solve(Tensor.Scalar(double.NaN), Tensor.Scalar(0)).Report.Status);
        Assert.Equal(SolveStatus.Cancelled, logarithm.SolvedBy(s_solvers[name])
            .Solve(Tensor.Scalar(2), Tensor.Scalar(0), cancellation: source.Token).Report.Status);
        Assert.Equal(SolveStatus.MaxIterations, logarithm.SolvedBy(s_solvers[name] with { MaxIterations = 0 })
            .Solve(Tensor.Scalar(2), Tensor.Scalar(0)).Report.Status);
    }

    [Fact]
    public void Progress_HearsOfEveryResidual_AndAHistoryKeepsThem()
    {
        // ½ w from 8: residuals 4, 2, 1, ½, each half of the error
        FixedPointMap<Tensor, Tensor> half = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + h);
        var history = new ResidualHistory();
        SolveReport report = half.SolvedBy(FixedPoint.Iteration(0, 1.1)).Solve(Tensor.Scalar(8), Tensor.Scalar(0), progress: history).Report;

        Assert.Equal([4, 2, 1, 0.5], history.Residuals);
        Assert.Equal((3, 0.5), (report.Iterations, report.Residual));

        // the next solve begins another
        half.SolvedBy(FixedPoint.Iteration(0, 1.1)).Solve(Tensor.Scalar(1), Tensor.Scalar(0), progress: history);
        Assert.Equal([0.5], history.Residuals);
    }

    [Theory]
    [InlineData("Newton-CG")]
    [InlineData("L-BFGS")]
    [InlineData("gradient descent")]
    public void Progress_HearsOfMinimizersToo(string name)
    {
        Minimizer minimizer = name switch
        {
            "Newton-CG" => Minimizer.NewtonCg(),
            "L-BFGS" => Minimizer.Lbfgs(),
            _ => Minimizer.GradientDescent(StepSize.Fixed(0.5)),
        };
        var history = new ResidualHistory();
        Objective<Tensor, Tensor> bowl = Objective.From<Tensor, Tensor>((w, h) => 0.5 * (w - h).Square().Sum());
        SolveReport report = bowl.MinimizedBy(minimizer).Solve(Tensor.From([3.0, 4]), Tensor.Scalar(0), progress: history).Report;

        Assert.Equal(5, history.Residuals[0]);
        Assert.Equal(report.Residual, history.Residuals[^1]);
        Assert.Equal(report.Iterations + 1, history.Residuals.Count);
    }

    [Fact]
    public void WrongNumbers_Throw_AndNameThem()
    {
        Assert.Equal("damping", Assert.Throws<ArgumentOutOfRangeException>(() => FixedPoint.Damped(0)).ParamName);
        Assert.Equal("damping", Assert.Throws<ArgumentOutOfRangeException>(() => FixedPoint.Damped(1.1)).ParamName);
        Assert.Equal("window", Assert.Throws<ArgumentOutOfRangeException>(() => FixedPoint.Anderson(0)).ParamName);
        Assert.Equal("mixing", Assert.Throws<ArgumentOutOfRangeException>(() => FixedPoint.Anderson(mixing: 0)).ParamName);
        Assert.Equal("memory", Assert.Throws<ArgumentOutOfRangeException>(() => FixedPoint.Broyden(0)).ParamName);
        Assert.Equal("tolerance", Assert.Throws<ArgumentOutOfRangeException>(() => FixedPoint.Broyden(tolerance: -1)).ParamName);
    }
}
