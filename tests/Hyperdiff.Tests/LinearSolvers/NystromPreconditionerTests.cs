using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.LinearSolvers;

/// <summary>Nyström preconditioning on spectra that decay, and what it refuses.</summary>
public sealed class NystromPreconditionerTests
{
    private const int Size = 120;
    private const int Seed = 5;
    private const double Ridge = 1e-3;

    // 10³ · ½ᵏ over a ridge of 10⁻³: κ = 10⁶
    private static readonly Vector<double> s_spectrum = Vector<double>.Build.Dense(Size, k => 1e3 * Math.Pow(0.5, k));
    private static readonly Matrix<double> s_matrix = Symmetric(s_spectrum) + (Ridge * Matrix<double>.Build.DenseIdentity(Size));

    /// <summary>ℓ of the bound: 2⌈1.5 d⌉ + 1.</summary>
    private static int Rank => (2 * (int)Math.Ceiling(1.5 * s_spectrum.Sum(value => value / (value + Ridge)))) + 1;

    [Fact]
    public void AtTheRankOfTheBound_TheConditionNumberIsBelow28OnAverage()
    {
        double[] conditions = [.. Enumerable.Range(0, 5)
            .Select(seed => Scaled(s_matrix, Preconditioner.Nystrom(Rank, Ridge, RandomKey.FromSeed(seed))).ConditionNumber())];

        Assert.InRange(s_matrix.ConditionNumber(), 9e5, 2e6);
        Assert.InRange(conditions.Average(), 1, 28);
    }

    [Fact]
    public void ScalingByIt_IsSymmetric_AndBringsTheLargeEigenvaluesToTheLevelOfTheLast()
    {
        // of full rank the approximation is A itself, and all eigenvalues become the smallest one
        Matrix<double> matrix = MatrixMaker.PositiveDefinite(new Random(Seed), 7, 0.01, 10);
        Matrix<double> scaled = Scaled(matrix, Preconditioner.Nystrom(7, 0, RandomKey.FromSeed(1)));

        // rounding: the shift of √n ε ‖A‖, relative to λ = 0.01
        double rounding = 100 * Math.Sqrt(7) * DType.Float64.Epsilon() * matrix.FrobeniusNorm();
        Assert.InRange((scaled - (0.01 * Matrix<double>.Build.DenseIdentity(7))).L2Norm(), 0, rounding);
    }

    [Theory]
    [InlineData(Ridge)]
    [InlineData(0)]
    public void ConjugateGradients_NeedFarFewerUpdates(double ridge)
    {
        LinearOperator matrix = Operator(s_matrix);
        Tensor[] b = [Dense.Of(MatrixMaker.Gaussian(new Random(Seed + 1), Size))];
        SolveReport plain = LinearSolver.ConjugateGradient().Solve(matrix, b).Report;
        SolveReport scaled = LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(), Preconditioner.Nystrom(Rank, ridge)).Solve(matrix, b).Report;

        // ½ √κ ln(2/ε) at κ = 28 and ε = 1e-10, in each of the rounds that the true residual takes: two
        Assert.True(scaled.Converged, scaled.ToString());
        Assert.InRange(scaled.Iterations, 1, 2 * 0.5 * Math.Sqrt(28) * Math.Log(2 / 1e-10));
        Assert.True(scaled.Iterations < plain.Iterations, $"{plain} {scaled}");
        Assert.InRange(scaled.Products, Rank + scaled.Iterations, Rank + scaled.Iterations + 10);
    }

    [Fact]
    public void SeveralRanks_OnOneMatrix_EachSolve()
    {
        LinearOperator matrix = Operator(s_matrix);
        foreach (int rank in new[] { 2, 5, 30 })
        {
            SolveReport report = LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(1e-10, maxIterations: 5000), Preconditioner.Nystrom(rank))
                .Solve(matrix, [Tensor.Ones([Size])]).Report;
            Assert.True(report.Converged, report.ToString());
            Assert.StartsWith($"conjugate gradients with a Nyström preconditioner of rank {rank}", report.Solver, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void MatricesThatAreNotSymmetric_AreRefused_WithTheReason()
    {
        SolveReport report = Solve(MatrixMaker.Gaussian(new Random(Seed), 9, 9), Preconditioner.Nystrom(4));

        Assert.Equal((SolveStatus.Breakdown, 0), (report.Status, report.Iterations));
        Assert.Contains("A is not symmetric, by", report.Solver, StringComparison.Ordinal);
        Assert.EndsWith("a Nyström preconditioner is for symmetric positive definite systems", report.Solver, StringComparison.Ordinal);
    }

    [Fact]
    public void MatricesThatAreNotDefinite_AndRidgesThatAreTooLarge_AreRefused_WithTheReason()
    {
        Matrix<double> definite = MatrixMaker.PositiveDefinite(new Random(Seed), 9, 0.5, 3);

        Assert.Contains("A is not positive definite on the sketch", Solve(-definite, Preconditioner.Nystrom(4)).Solver, StringComparison.Ordinal);
        Assert.Contains("A less the ridge is not positive definite", Solve(definite, Preconditioner.Nystrom(4, 5)).Solver, StringComparison.Ordinal);
        Assert.Contains("not finite", Solve(double.NaN * definite, Preconditioner.Nystrom(4)).Solver, StringComparison.Ordinal);
    }

    [Fact]
    public void NumbersWithoutAMeaning_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>("rank", () => Preconditioner.Nystrom(1));
        Assert.Throws<ArgumentOutOfRangeException>("ridge", () => Preconditioner.Nystrom(2, -1));
    }

    private static SolveReport Solve(Matrix<double> matrix, Preconditioner preconditioner) =>
        LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(), preconditioner).Solve(Operator(matrix), [Tensor.Ones([matrix.RowCount])]).Report;

    /// <summary>S A S, in two leaves.</summary>
    private static Matrix<double> Scaled(Matrix<double> matrix, Preconditioner preconditioner)
    {
        int size = matrix.RowCount;
        Tensor dense = Dense.Of(matrix);
        var types = new[] { new TensorType(DType.Float64, [2]), new TensorType(DType.Float64, [size - 2, 1]) };
        LinearOperator twoLeaves = LinearOperator.From(v => Cut(dense.MatMul(Joined(v))), types);
        PreparedScaling scaling = ((Scaling)preconditioner).Of(twoLeaves)!;
        Assert.Null(scaling.Refusal);
        Matrix<double> s = Matrix<double>.Build.DenseOfColumnVectors(Enumerable.Range(0, size)
            .Select(i => Dense.Vector(Joined(scaling.Scale(Cut(Dense.Of(Vector<double>.Build.Dense(size, j => i == j ? 1 : 0))))))));
        return s.Transpose() * matrix * s;
    }

    private static Tensor[] Cut(Tensor vector) => [vector[..2], vector[2..].Reshape(vector.Count - 2, 1)];

    private static Tensor Joined(Tensor[] leaves) => Tensor.Concat(0, leaves[0], leaves[1].Reshape(leaves[1].Count));

    private static LinearOperator Operator(Matrix<double> matrix)
    {
        Tensor dense = Dense.Of(matrix);
        return LinearOperator.From(v => dense.MatMul(v), new TensorType(DType.Float64, [matrix.RowCount]));
    }

    private static Matrix<double> Symmetric(Vector<double> spectrum)
    {
        Matrix<double> q = MatrixMaker.Gaussian(new Random(Seed), spectrum.Count, spectrum.Count).QR().Q;
        Matrix<double> matrix = q * Matrix<double>.Build.DenseOfDiagonalVector(spectrum) * q.Transpose();
        return (matrix + matrix.Transpose()) / 2;
    }

    /// <summary>What prepares a system is as long as a solve: a request to stop is heard within a product.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cancellation_IsHeardWhilePreparing(bool nystrom)
    {
        const int Size = 50;
        Tensor a = Tensor.Eye(Size);
        var matrix = LinearOperator.From(v => a.MatMul(v), new TensorType(DType.Float64, [Size]));
        LinearSolver solver = LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(),
            nystrom ? Preconditioner.Nystrom(Size) : Preconditioner.Diagonal(Size));
        LinearSolution found = solver.Solve(matrix, [Tensor.Ones([Size])], cancellation: new CancellationToken(canceled: true));

        Assert.Equal((SolveStatus.Cancelled, true), (found.Report.Status, found.Report.Products <= 2));
    }
}
