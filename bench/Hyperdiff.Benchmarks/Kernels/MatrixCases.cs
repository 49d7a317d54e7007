namespace Hyperdiff.Benchmarks.Kernels;

/// <summary>Decompositions, which PyTorch leaves to LAPACK, and products of sparse matrices, which it leaves to SciPy here.</summary>
internal static class MatrixCases
{
    private const int Size = 300;
    private const int SparseSize = 20_000;

    // of each row, from its diagonal on and around; kernels.py has the same
    private static readonly int[] s_offsets = [0, 1, 2, 5, 17, 101, 1009, 5003, 9001, 15013];

    private static readonly Lazy<(Tensor Columns, Tensor Rows)> s_pattern = new(Pattern);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<KernelCase> All { get; } =
    [
        Decomposition("Cholesky", "torch.linalg.cholesky(x)", Linalg.Cholesky, KernelOperand.Definite(Size), 1.0 / 3),
        Decomposition("determinant", "torch.linalg.slogdet(x)[1]", a => Linalg.LogDeterminant(a).LogAbsolute, KernelOperand.Normal(Size, Size), 2.0 / 3),
        Decomposition("inverse", "torch.linalg.inv(x)", Linalg.Inverse, KernelOperand.Normal(Size, Size), 2),
        Decomposition("QR", "torch.linalg.qr(x)[1].abs()", a => Linalg.Qr(a).R.Abs(), KernelOperand.Normal(Size, Size), 8.0 / 3),
        Decomposition("eigenvectors, symmetric", "torch.linalg.eigh(x)[0]", a => Linalg.Eigh(a).Values, KernelOperand.Definite(Size), 9),
        Decomposition("singular vectors", "torch.linalg.svd(x)[1]", a => Linalg.Svd(a).Values, KernelOperand.Normal(Size, Size), 21),
        new($"system of {Size}, a right side", "torch.linalg.solve(x, y)", x => Linalg.Solve(x[0], x[1]), KernelOperand.Definite(Size),
            KernelOperand.Normal(Size)) { Work = 2.0 / 3 * Size * Size * Size },
        Sparse("a vector", "scattered(x) @ y.numpy()", (matrix, dense) => matrix.MatMul(dense), KernelOperand.Normal(SparseSize)),
        Sparse("32 vectors", "scattered(x) @ y.numpy()", (matrix, dense) => matrix.MatMul(dense), KernelOperand.Normal(SparseSize, 32)),
        Sparse("a vector, transposed", "scattered(x).T @ y.numpy()", (matrix, dense) => matrix.TransposedMatMul(dense), KernelOperand.Normal(SparseSize)),
        Sparse("32 vectors, transposed", "scattered(x).T @ y.numpy()", (matrix, dense) => matrix.TransposedMatMul(dense), KernelOperand.Normal(SparseSize, 32)),
    ];

    private static KernelCase Decomposition(string name, string peer, Func<Tensor, Tensor> run, KernelOperand operand, double workOfCube) =>
        new($"{name} of {Size}", peer, x => run(x[0]), operand) { Work = workOfCube * Size * Size * Size, IsDifferentiable = false };

    private static KernelCase Sparse(string name, string peer, Func<CsrMatrix, Tensor, Tensor> run, KernelOperand dense) =>
        new($"sparse matrix times {name}", $"torch.from_numpy({peer})", x => run(Scattered(x[0]), x[1]),
            KernelOperand.Normal(SparseSize * s_offsets.Length), dense)
        {
            IsDifferentiable = false,
        };

    private static CsrMatrix Scattered(Tensor values) => new(values, s_pattern.Value.Columns, s_pattern.Value.Rows, SparseSize);

    private static (Tensor Columns, Tensor Rows) Pattern() =>
        (Tensor.From([.. Enumerable.Range(0, SparseSize).SelectMany(row => s_offsets.Select(offset => (row + offset) % SparseSize).Order())]),
            Tensor.From([.. Enumerable.Range(0, SparseSize + 1).Select(row => row * s_offsets.Length)]));
}
