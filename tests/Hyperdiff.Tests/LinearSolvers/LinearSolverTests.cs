using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.LinearSolvers;

public sealed class LinearSolverTests
{
    private const int Seed = 7310;

    [Fact]
    public void ConjugateGradient_OnAPositiveDefiniteSystem_IsExactAfterAsManyUpdatesAsRows()
    {
        (LinearOperator matrix, Vector<double> b, Vector<double> x, double condition) = PositiveDefinite(12);
        LinearSolution solution = LinearSolver.ConjugateGradient(1e-13).Solve(matrix, [Dense.Of(b)]);

        Assert.True(solution.Report.Converged, solution.Report.ToString());
        Assert.InRange(solution.Report.Iterations, 1, 14);
        Assert.InRange(Dense.RelativeError(x, solution.Value[0]), 0, 1e-13 * condition);
    }

    [Fact]
    public void FixedPoint_WithKUpdates_IsThePartialNeumannSeries()
    {
        // x_K = Σ_{j<K} (I − A)ʲ b
        var random = new Random(Seed);
        Matrix<double> j = MatrixMaker.WithNorm(random, 5, 0.8);
        Vector<double> b = MatrixMaker.Gaussian(random, 5);
        Tensor tj = Dense.Of(j);
        var matrix = LinearOperator.From(v => v - tj.MatMul(v), new TensorType(DType.Float64, [5]));
        Vector<double> expected = b + (j * b) + (j * j * b);

        LinearSolution solution = LinearSolver.FixedPoint(0, maxIterations: 3).Solve(matrix, [Dense.Of(b)]);

        Assert.Equal(SolveStatus.MaxIterations, solution.Report.Status);
        Assert.Equal((3, 3L), (solution.Report.Iterations, solution.Report.Products));
        Assert.InRange(Dense.RelativeError(expected, solution.Value[0]), 0, 1e-15 * 20);
    }

    [Fact]
    public void ConjugateGradient_OnAMultipleOfTheIdentity_IsExactInOneUpdate()
    {
        // a solver that returned the iterate before the converged one would return its zero start
        var matrix = LinearOperator.From(v => 3 * v, new TensorType(DType.Float64, [4]));
        LinearSolution solution = LinearSolver.ConjugateGradient().Solve(matrix, [Tensor.From([3.0, -6, 9, 1.5])]);

        Assert.Equal(1, solution.Report.Iterations);
        Assert.Equal([1.0, -2, 3, 0.5], solution.Value[0].ToArray<double>());
    }

    public static TheoryData<string> Solvers => new(s_solvers.Keys);

    private static readonly Dictionary<string, LinearSolver> s_solvers = new()
    {
        ["conjugate gradients"] = LinearSolver.ConjugateGradient(),
        ["fixed point"] = LinearSolver.FixedPoint(),
    };

    [Theory]
    [MemberData(nameof(Solvers))]
    public void ZeroRightHandSide_GivesZeroAtOnce_NotNaN(string name)
    {
        var matrix = LinearOperator.From(v => 0.5 * v, new TensorType(DType.Float64, [3]));
        LinearSolution solution = s_solvers[name].Solve(matrix, [Tensor.Zeros([3])]);

        Assert.Equal((SolveStatus.Converged, 0), (solution.Report.Status, solution.Report.Iterations));
        Assert.Equal([0.0, 0, 0], solution.Value[0].ToArray<double>());
    }

    [Theory]
    [MemberData(nameof(Solvers))]
    public void NaN_InTheRightHandSide_SaysNonFiniteInput(string name)
    {
        var matrix = LinearOperator.From(v => 0.5 * v, new TensorType(DType.Float64, [2]));

        Assert.Equal(SolveStatus.NonFiniteInput, s_solvers[name].Solve(matrix, [Tensor.From([1, double.NaN])]).Report.Status);
    }

    [Theory]
    [MemberData(nameof(Solvers))]
    public void ScalarUnknown_IsSolved(string name)
    {
        var matrix = LinearOperator.From(v => 0.5 * v, new TensorType(DType.Float64, []));
        LinearSolution solution = s_solvers[name].Solve(matrix, [Tensor.Scalar(3)]);

        Assert.True(solution.Report.Converged);
        Assert.Equal(6, solution.Value[0].ToScalar(), 1e-9);
    }

    [Theory]
    [MemberData(nameof(Solvers))]
    public void StartAtTheSolution_NeedsNoUpdate(string name)
    {
        var matrix = LinearOperator.From(v => 0.5 * v, new TensorType(DType.Float64, [2]));
        LinearSolution solution = s_solvers[name].Solve(matrix, [Tensor.From([1.0, 2])], [Tensor.From([2.0, 4])]);

        Assert.Equal((SolveStatus.Converged, 0), (solution.Report.Status, solution.Report.Iterations));
        Assert.Equal([2.0, 4], solution.Value[0].ToArray<double>());
    }

    [Theory]
    [MemberData(nameof(Solvers))]
    public void RightHandSideOfAnotherShape_Throws_WithBoth(string name)
    {
        var matrix = LinearOperator.From(v => 0.5 * v, new TensorType(DType.Float64, [2]));
        ShapeMismatchException exception = Assert.Throws<ShapeMismatchException>(() => s_solvers[name].Solve(matrix, [Tensor.Zeros([3])]));

        Assert.Contains("float64 [3]", exception.Message, StringComparison.Ordinal);
        Assert.Contains("float64 [2]", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ConjugateGradient_MeetingNegativeCurvature_SaysBreakdown_AndReturnsTheIterateBefore()
    {
        Tensor signs = Tensor.From([1.0, -1]);
        var matrix = LinearOperator.From(v => signs * v, new TensorType(DType.Float64, [2]));
        LinearSolution solution = LinearSolver.ConjugateGradient().Solve(matrix, [Tensor.From([1.0, 2])]);

        Assert.Equal(SolveStatus.Breakdown, solution.Report.Status);
        Assert.Equal([0.0, 0], solution.Value[0].ToArray<double>());
        Assert.Equal(Math.Sqrt(5), solution.Report.Residual, 1e-15);
    }

    [Fact]
    public void FixedPoint_OnASystemThatDoesNotContract_SaysDiverged()
    {
        var matrix = LinearOperator.From(v => -0.5 * v, new TensorType(DType.Float64, [2]));

        Assert.Equal(SolveStatus.Diverged, LinearSolver.FixedPoint().Solve(matrix, [Tensor.Ones([2])]).Report.Status);
    }

    [Fact]
    public void ConjugateGradient_AskedForMoreThanRoundingPermits_SaysStagnated_WithTheTrueResidual()
    {
        (LinearOperator matrix, Vector<double> b, _, _) = PositiveDefinite(12);
        SolveReport report = LinearSolver.ConjugateGradient(1e-18).Solve(matrix, [Dense.Of(b)]).Report;

        Assert.Equal(SolveStatus.Stagnated, report.Status);
        Assert.True(report.Residual > report.Tolerance);
    }

    [Fact]
    public void Transpose_OfAnOperator_IsItsAdjoint()
    {
        var random = new Random(Seed);
        Tensor m = Dense.Of(MatrixMaker.Gaussian(random, 4, 4));
        var matrix = LinearOperator.From(v => m.MatMul(v) + (2 * v), new TensorType(DType.Float64, [4]));
        (Tensor v, Tensor u) = (Dense.Of(MatrixMaker.Gaussian(random, 4)), Dense.Of(MatrixMaker.Gaussian(random, 4)));

        double forward = u.MatMul(matrix.Apply(v)[0]).ToScalar();
        double backward = matrix.Transpose().Apply(u)[0].MatMul(v).ToScalar();
        double twice = u.MatMul(matrix.Transpose().Transpose().Apply(v)[0]).ToScalar();

        Assert.Equal(forward, backward, 1e-13 * Math.Abs(forward) * 100);
        Assert.Equal(forward, twice, 1e-13 * Math.Abs(forward) * 100);
    }

    private static (LinearOperator Matrix, Vector<double> RightHandSide, Vector<double> Solution, double Condition) PositiveDefinite(int size)
    {
        var random = new Random(Seed);
        Matrix<double> a = MatrixMaker.PositiveDefinite(random, size, 0.1, 10);
        Vector<double> b = MatrixMaker.Gaussian(random, size);
        Tensor ta = Dense.Of(a);
        return (LinearOperator.From(v => ta.MatMul(v), new TensorType(DType.Float64, [size])), b, a.Solve(b), a.ConditionNumber());
    }

    [Theory]
    [MemberData(nameof(Solvers))]
    public void ZeroRightHandSide_IsSolvedByZero_FromAnyStart(string name)
    {
        (LinearOperator matrix, _, _, _) = PositiveDefinite(5);
        LinearSolution found = s_solvers[name].Solve(matrix, [Tensor.Zeros([5])], [Tensor.Ones([5])]);

        Assert.True(found.Report.Converged, found.Report.ToString());
        Assert.All(found.Value[0].ToArray<double>(), x => Assert.Equal(0, x));
    }

    // x is 10³⁶⁰, 10⁻³⁶⁰ and 10⁻³²³, of which one digit is left
    [Theory]
    [InlineData(1e-60, 1e300, SolveStatus.NonFiniteIterate)]
    [InlineData(1e60, 1e-300, SolveStatus.Stagnated)]
    [InlineData(1e23, 2.5e-300, SolveStatus.Stagnated)]
    public void SolutionThatItsTypeDoesNotHold_IsNotSaidToBeOne(double matrix, double rightHandSide, SolveStatus status)
    {
        LinearOperator scaled = LinearOperator.From((Tensor v) => matrix * v, new TensorType(DType.Float64, [2]));
        SolveReport report = LinearSolver.ConjugateGradient().Solve(scaled, [Tensor.From([rightHandSide, rightHandSide])]).Report;

        Assert.Equal(status, report.Status);
        Assert.Contains("beyond the range of its type", report.Solver, StringComparison.Ordinal);
        Assert.False(report.Residual <= report.Tolerance);
    }

    [Fact]
    public void SolveAfterOneThatEndedInNaN_BeginsAnew()
    {
        (LinearOperator matrix, Vector<double> b, _, _) = PositiveDefinite(5);
        Tensor given = Dense.Of(b);
        LinearSolver solver = LinearSolver.Recycled(LinearSolver.Gmres());
        LinearSolution last = solver.Solve(LinearOperator.From((Tensor v) => double.NaN * v, given.Type), [given]);
        LinearSolution failed = last with { Value = [double.NaN * given] };

        Assert.True(solver.SolveAfter(failed, matrix, [given]).Report.Converged);
    }
}
