namespace Hyperdiff.Tests.LinearSolvers;

/// <summary>Direct solvers say of a singular system which rank its matrix has, in any unit.</summary>
public sealed class DenseRankTests
{
    private const int Size = 5;

    [Theory]
    [InlineData(1, 1.0)]
    [InlineData(3, 1.0)]
    [InlineData(4, 1e-200)]
    [InlineData(2, 1e150)]
    public void ASingularMatrix_IsReportedWithItsRank(int rank, double unit)
    {
        Tensor matrix = unit * Numbers(Size, rank, 1).MatMul(Numbers(rank, Size, 2));
        LinearSolution solution = LinearSolver.DenseLu().Solve(LinearOperator.From((Tensor x) => matrix.MatMul(x), new TensorType(DType.Float64, [Size])),
            [Tensor.Ones([Size])]);

        Assert.Equal(SolveStatus.Singular, solution.Report.Status);
        Assert.EndsWith($", rank {rank} of {Size}", solution.Report.Solver, StringComparison.Ordinal);
    }

    [Fact]
    public void ARegularMatrix_IsReportedWithoutARank()
    {
        Tensor matrix = Numbers(Size, Size, 3) + (4 * Tensor.Eye(Size));
        LinearSolution solution = LinearSolver.DenseLu().Solve(LinearOperator.From((Tensor x) => matrix.MatMul(x), new TensorType(DType.Float64, [Size])),
            [Tensor.Ones([Size])]);

        Assert.Equal(SolveStatus.Converged, solution.Report.Status);
        Assert.DoesNotContain("rank", solution.Report.Solver, StringComparison.Ordinal);
    }

    // no two rows or columns are alike
    private static Tensor Numbers(int rows, int columns, int seed) =>
        Tensor.From([.. Enumerable.Range(0, rows * columns).Select(i => Math.Sin((seed * 1.3) + (i * i * 0.7) + i))]).Reshape(rows, columns);
}
