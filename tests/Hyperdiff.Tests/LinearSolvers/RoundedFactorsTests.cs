namespace Hyperdiff.Tests.LinearSolvers;

/// <summary>Factors of a matrix whose entries were rounded to <c>float32</c>: what is regular beyond that rounding is solved, to an error that two rounds of
/// correction leave, and what is singular within it is not.</summary>
public sealed class RoundedFactorsTests
{
    private const double Tolerance = 0.03;

    public static TheoryData<LinearSolver, int, double> Regular => new()
    {
        { LinearSolver.DenseLu(Tolerance), 300, 1e6 },
        { LinearSolver.DenseCholesky(Tolerance), 300, 1e6 },
        { LinearSolver.Auto(Tolerance), 300, 1e6 },
        { LinearSolver.Auto(Tolerance), 20, 4e6 },
    };

    [Theory]
    [MemberData(nameof(Regular))]
    public void ARegularMatrix_IsSolved(LinearSolver solver, int size, double condition)
    {
        (LinearOperator matrix, Tensor[] b, Tensor exact, double norm) = Of(size, condition);
        LinearSolution first = solver.Solve(matrix, b), second = solver.SolveAfter(first with { Value = [Tensor.Zeros([size], DType.Float32)] }, matrix, b);

        // in the 1-norm it seems singular
        Assert.Contains("corrected by", first.Report.Solver, StringComparison.Ordinal);
        Assert.Equal((SolveStatus.Converged, 2), (first.Report.Status, first.Report.Iterations));
        Assert.True(first.Report.Residual <= Tolerance * b[0].Norm().ToScalar());

        // the rounding of entries, E with ‖E‖ ≤ ε/2 ‖A‖_F, times ‖A⁻¹‖, in each of two rounds; and as much of the products, of which there are n in a row
        double share = DType.Float32.Epsilon() / 2 * norm * condition;
        Assert.InRange(share, 0, 0.5);
        Assert.InRange(Error(first, exact), 0, share * share);
        Assert.Equal(solver.Prepare(matrix).Solve(b).Value[0].ToArray<float>(), first.Value[0].ToArray<float>());
        Assert.Equal(SolveStatus.Converged, second.Report.Status);
    }

    [Fact]
    public void KeptFactors_CorrectTwiceToo()
    {
        (LinearOperator matrix, Tensor[] b, Tensor exact, double norm) = Of(300, 1e6);
        var solver = LinearSolver.Recycled(LinearSolver.DenseLu(Tolerance));
        SolverMemory memory = solver.Solve(matrix, b).Memory!;
        LinearSolution second = solver.Solve(matrix, b, null, CancellationToken.None, memory: memory with { Solutions = [] });

        Assert.Contains("dense LU of an earlier matrix, kept for 1 solve", second.Report.Solver, StringComparison.Ordinal);
        Assert.Equal((SolveStatus.Converged, 2, 2L), (second.Report.Status, second.Report.Iterations, second.Report.Products));
        double share = DType.Float32.Epsilon() / 2 * norm * 1e6;
        Assert.InRange(Error(second, exact), 0, share * share / 10);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(5, 1)]
    [InlineData(20, 3)]
    [InlineData(60, 1)]
    public void ASingularMatrix_IsNot(int size, int lost)
    {
        for (int seed = 0; seed < 10; seed++)
        {
            RandomKey[] keys = RandomKey.FromSeed(seed).Split(3);
            Tensor left = keys[0].Normal([size, size - lost]), right = keys[1].Normal([size - lost, size]), b = keys[2].Normal([size]);
            Tensor product = left.MatMul(right), rounded = product.To(DType.Float32), within = product.MatMul(b);
            var matrix = LinearOperator.From((Tensor v) => rounded.MatMul(v), new TensorType(DType.Float32, [size]));
            foreach (Tensor side in (Tensor[])[b, within])
            {
                Assert.Equal(SolveStatus.Singular, LinearSolver.DenseLu(0.1).Solve(matrix, [side.To(DType.Float32)]).Report.Status);
            }
        }
    }

    [Fact]
    public void Hessians_AreSymmetricToTheirRounding()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            RandomKey[] keys = RandomKey.FromSeed(seed).Split(3);
            Tensor x = keys[0].Normal([100, 5], DType.Float32), c = keys[1].Uniform([100], dtype: DType.Float32), b = keys[2].Normal([5], DType.Float32);
            LinearSolution Solved(Tensor skew) => LinearSolver.DenseCholesky(1e-3).Solve(
                LinearOperator.From((Tensor v) => x.Transpose().MatMul(c * x.MatMul(v)) + skew.MatMul(v), b.Type), [b]);
            var entries = new double[5, 5];
            entries[0, 1] = 1;
            Tensor above = Tensor.From(entries).To(DType.Float32);

            Assert.Equal(SolveStatus.Converged, Solved(0 * above).Report.Status);
            Assert.Equal((SolveStatus.Breakdown, BreakdownCause.Asymmetry), (Solved(above).Report.Status, Solved(above).Cause));
        }
    }

    private static double Error(LinearSolution found, Tensor exact) =>
        (found.Value[0].To(DType.Float64) - exact).Norm().ToScalar() / exact.Norm().ToScalar();

    // least squares, whose data have the root of the condition: their rounding does less than that of the matrix written out
    private static (LinearOperator Matrix, Tensor[] RightHandSide, Tensor Exact, double Norm) Of(int size, double condition)
    {
        RandomKey[] keys = RandomKey.FromSeed(915).Split(3);
        Tensor Rotation(int key) => Linalg.Qr(keys[key].Normal([size, size], DType.Float64)).Q;
        Tensor values = Tensor.From([.. Enumerable.Range(0, size).Select(i => Math.Pow(condition, -i / (size - 1.0)))]);
        Tensor x = (Rotation(0) * values.Sqrt()).MatMul(Rotation(1)).To(DType.Float32), b = keys[2].Normal([size], DType.Float32);
        Tensor wide = x.To(DType.Float64), gram = wide.Transpose().MatMul(wide);
        return (LinearOperator.From((Tensor v) => x.Transpose().MatMul(x.MatMul(v)), b.Type), [b], Linalg.Solve(gram, b.To(DType.Float64)),
            values.Norm().ToScalar());
    }
}
