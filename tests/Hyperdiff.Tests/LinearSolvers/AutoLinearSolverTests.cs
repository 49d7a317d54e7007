using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.LinearSolvers;

/// <summary>What Auto chooses, that it says why, and that it falls back.</summary>
public sealed class AutoLinearSolverTests
{
    private const int Size = 40;
    private const int Seed = 915;

    [Fact]
    public void SmallSystem_IsFactored()
    {
        SystemCase system = SystemCases.Named("not symmetric");
        SolveReport report = LinearSolver.Auto().Solve(system.Operator, system.RightHandSide()).Report;

        Assert.True(report.Converged, report.ToString());
        Assert.StartsWith("auto (7 unknowns), dense LU, condition about", report.Solver, StringComparison.Ordinal);
    }

    [Fact]
    public void PositiveDefiniteSystem_TakesConjugateGradients() =>
        AssertChoice(MatrixMaker.PositiveDefinite(new Random(Seed), Size, 0.2, 5), "auto (symmetric, positive along the probes), conjugate gradients");

    [Fact]
    public void IndefiniteSystem_TakesMinres()
    {
        Matrix<double> definite = MatrixMaker.PositiveDefinite(new Random(Seed), Size, 0.2, 5);
        AssertChoice(-definite, "auto (symmetric, with a curvature of -");
    }

    [Fact]
    public void FastContraction_TakesTheFixedPointIteration()
    {
        Matrix<double> identity = Matrix<double>.Build.DenseIdentity(Size);
        AssertChoice(identity - MatrixMaker.WithNorm(new Random(Seed), Size, 0.4), "auto (asymmetry ", "fixed-point iteration");
    }

    [Fact]
    public void GeneralSystem_TakesGmres()
    {
        Matrix<double> identity = Matrix<double>.Build.DenseIdentity(Size);
        AssertChoice((3 * identity) + MatrixMaker.WithNorm(new Random(Seed), Size, 1), "auto (asymmetry ", "GMRES(30)");
    }

    [Fact]
    public void NegativeCurvatureThatNoProbeMeets_IsNoticedByConjugateGradients_AndMinresTakesOver()
    {
        // one small negative eigenvalue among large positive ones
        Matrix<double> q = MatrixMaker.Gaussian(new Random(Seed), Size, Size).QR().Q;
        Vector<double> spectrum = Vector<double>.Build.Dense(Size, i => i == 0 ? -0.5 : 3 + (0.1 * i));
        Matrix<double> matrix = q * Matrix<double>.Build.DenseOfDiagonalVector(spectrum) * q.Transpose();
        LinearSolution solution = Solve((matrix + matrix.Transpose()) / 2);

        Assert.True(solution.Report.Converged, solution.Report.ToString());
        Assert.Equal("auto (symmetric, positive along the probes; conjugate gradients: Breakdown), MINRES", solution.Report.Solver);
        Assert.Equal(2, solution.Notes.Length);
        Assert.Contains("MINRES took over", solution.Notes[1], StringComparison.Ordinal);

        // two probes, and both solvers' own
        Assert.True(solution.Report.Products > 2 + 2, solution.Report.ToString());
    }

    [Fact]
    public void SymmetricSystem_CostsTwoProductsMoreThanTheSolverChosen()
    {
        Tensor dense = Dense.Of(MatrixMaker.PositiveDefinite(new Random(Seed), Size, 0.2, 5)), b = Tensor.Ones([Size]);
        LinearOperator matrix = LinearOperator.From(v => dense.MatMul(v), new TensorType(DType.Float64, [Size]));

        Assert.Equal(2, LinearSolver.Auto().Solve(matrix, [b]).Report.Products - LinearSolver.ConjugateGradient().Solve(matrix, [b]).Report.Products);
    }

    [Theory]
    [InlineData(300_000, 1e-6, true)]
    [InlineData(300_000, 0.1, false)]
    [InlineData(30_000, 1e-6, false)]
    public void LargeSystem_IsIteratedInFloat32_ToTheToleranceOfFloat64(int size, double tolerance, bool inFloat32)
    {
        Tensor diagonal = 1 + RandomKey.FromSeed(Seed).Uniform([size], dtype: DType.Float64), b = Tensor.Ones([size]);
        SolveReport report = LinearSolver.Auto(tolerance).Solve(LinearOperator.From(v => diagonal * v, new TensorType(DType.Float64, [size])), [b]).Report;

        Assert.True(report.Converged && report.Residual <= tolerance * Math.Sqrt(size), report.ToString());
        Assert.StartsWith("auto (symmetric, positive along the probes), conjugate gradients", report.Solver, StringComparison.Ordinal);
        Assert.Equal(inFloat32, report.Solver.Contains("in float32", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(256, 0.3, 1e-9, "fixed-point iteration in float32")]
    [InlineData(256, 0.3, 0.1, "fixed-point iteration")]
    [InlineData(64, 0.3, 1e-9, "fixed-point iteration")]
    [InlineData(256, 1.9, 1e-9, "GMRES(30) in float32")]
    public void LaboriousSystem_IsIteratedInFloat32_ToTheToleranceOfFloat64(int size, double norm, double tolerance, string expected)
    {
        // as many multiplications as a product of 256 by 256 with 64 columns has
        Tensor drawn = RandomKey.FromSeed(Seed).Normal([size, size], DType.Float64), weights = norm * drawn / Linalg.SingularValues(drawn)[0];
        LinearOperator matrix = LinearOperator.From(v => v - v.MatMul(weights), new TensorType(DType.Float64, [64, size]));
        Tensor b = RandomKey.FromSeed(Seed + 1).Normal([64, size], DType.Float64);
        SolveReport report = LinearSolver.Auto(tolerance).Solve(matrix, [b]).Report, wide = LinearSolver.FixedPoint(tolerance).Solve(matrix, [b]).Report;

        Assert.True(report.Converged && report.Residual <= tolerance * b.Norm().ToScalar(), report.ToString());
        Assert.StartsWith("auto (asymmetry", report.Solver, StringComparison.Ordinal);
        Assert.Equal(expected, report.Solver[(report.Solver.IndexOf("), ", StringComparison.Ordinal) + 3)..].Split(',')[0]);

        // two products for symmetry, and those of the rounds' residuals
        Assert.True(!wide.Converged || report.Products <= wide.Products + 2 + 4, $"{report}; {wide}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(9)]
    [InlineData(12)]
    public void LaboriousContraction_MakesNoMoreUpdatesThanItMay(int most)
    {
        Tensor drawn = RandomKey.FromSeed(Seed).Normal([256, 256], DType.Float64), weights = 0.6 * drawn / Linalg.SingularValues(drawn)[0];
        LinearOperator matrix = LinearOperator.From(v => v - v.MatMul(weights), new TensorType(DType.Float64, [64, 256]));
        SolveReport report = LinearSolver.Auto(1e-13, maxIterations: most).Solve(matrix, [Tensor.Ones([64, 256])]).Report;

        // two products for symmetry, and the residuals of two rounds
        Assert.Equal(SolveStatus.MaxIterations, report.Status);
        Assert.InRange(report.Products, most, most + 2 + 3);
    }

    [Fact]
    public void SlowContraction_HandsWhatItGainedToGmres()
    {
        // one eigenvalue of I − A at 0.9 among those that contract at once
        Matrix<double> identity = Matrix<double>.Build.DenseIdentity(Size), slow = MatrixMaker.WithNorm(new Random(Seed), Size, 0.1);
        slow[0, 0] += 0.9;
        Tensor dense = Dense.Of(identity - slow), b = Tensor.Ones([Size]);
        LinearOperator matrix = LinearOperator.From(v => dense.MatMul(v), new TensorType(DType.Float64, [Size]));
        SolveReport auto = LinearSolver.Auto(1e-8).Solve(matrix, [b]).Report, gmres = LinearSolver.Gmres(30, 1e-8).Solve(matrix, [b]).Report;

        Assert.True(auto.Converged, auto.ToString());
        Assert.EndsWith("ρ(I − A) about 0.9), GMRES(30)", auto.Solver, StringComparison.Ordinal);

        // two for symmetry and eight of the iteration, after which less is left to do
        Assert.True(auto.Products < gmres.Products + 10, $"{auto}; {gmres}");
    }

    [Fact]
    public void SameSeed_ChoosesAndCountsTheSame()
    {
        Matrix<double> matrix = MatrixMaker.PositiveDefinite(new Random(Seed), Size, 0.2, 5);

        Assert.Equal(Solve(matrix).Report, Solve(matrix).Report);
    }

    private static void AssertChoice(Matrix<double> matrix, string start, string end = "")
    {
        LinearSolution solution = Solve(matrix);

        Assert.True(solution.Report.Converged, solution.Report.ToString());
        Assert.StartsWith(start, solution.Report.Solver, StringComparison.Ordinal);
        Assert.EndsWith(end, solution.Report.Solver, StringComparison.Ordinal);
        Assert.Single(solution.Notes);
    }

    private static LinearSolution Solve(Matrix<double> matrix)
    {
        Tensor dense = Dense.Of(matrix);
        Tensor b = dense.MatMul(Dense.Of(MatrixMaker.Gaussian(new Random(Seed + 1), Size)));
        return LinearSolver.Auto().Solve(LinearOperator.From(v => dense.MatMul(v), new TensorType(DType.Float64, [Size])), [b]);
    }
}
