using Hyperdiff.Decompositions;
using static Hyperdiff.Testing.Samples.OperandSample;

namespace Hyperdiff.Testing.Samples;

/// <summary>The functions of matrices, at well-conditioned ones that stay so when their rows and columns are moved on together, as the law of batches
/// does.</summary>
internal static class MatrixCases
{
    private static readonly double[] s_regular = [6, 1.5, -2, 0.5, -5, 1, 3, -1, 8];
    private static readonly double[] s_definite = [8, 1, 0.5, 0.6, 5, -0.7, 0.2, -0.4, 12];
    private static readonly double[] s_tall = [7, 1, -0.5, 0.6, 4, 0.7, 0.2, -0.4, 11, 1.5, -2, 0.3];

    // a matrix and its factors, whose columns are exchanged: they belong together, so that neither is moved on without the other
    private static readonly double[] s_exchanged = [2, 4, 3.5, 1];
    private static readonly double[] s_factors = [4, 0.5, 1, 3, 1, 1];

    /// <summary>All cases.</summary>
    public static IReadOnlyList<PrimitiveCase> All { get; } =
    [
        new(new TriangularSolve(Lower: true), Active([3, 3], s_regular), Active([3, 2])),
        new(new TriangularSolve(Lower: false), Active([2, 2], 3, -1, 0.5, 4), Active([2, 1])),
        new(new TriangularSolve(Lower: true, Transposed: true), Active([3, 3], s_regular), Active([3, 1])),
        new(new TriangularSolve(Lower: false, Transposed: true), Active([2, 2, 2], 3, -1, 0.5, 4, -5, 1, 2, 3), Active([2, 2, 3])),
        new(new TriangularSolve(Lower: true, UnitDiagonal: true), Active([3, 3], low: -0.5, high: 0.5), Active([3, 2])),
        new(new TriangularSolve(Lower: false, Transposed: true, UnitDiagonal: true), Active([3, 3], low: -0.5, high: 0.5), Active([3, 2])),
        new(new TriangularSolve(Lower: true), Active([0, 0]), Active([0, 2])),
        new(LuFactors.Instance, Constant([3, 3], s_regular)),
        new(LuFactors.Instance, Constant([2, 2, 2], 3, -1, 0.5, 4, -1, 5, 4, 1)),
        new(LuFactors.Instance, Constant([0, 0])),
        new(new MatrixSolve(), Constant([2, 2], s_exchanged) with { IsOrdered = true }, Active([2, 3]), Constant([3, 2], s_factors) with { IsOrdered = true }),
        new(new MatrixSolve(Transposed: true), Constant([1, 2, 2], s_exchanged) with { IsOrdered = true }, Active([1, 2, 1]),
            Constant([1, 3, 2], s_factors) with { IsOrdered = true }),
        new(new MatrixSolve(), Constant([0, 2, 2]), Active([0, 2, 1]), Constant([0, 3, 2])),
        new(Cholesky.Instance, Active([3, 3], s_definite)),
        new(Cholesky.Instance, Active([2, 2, 2], 5, 1, -1, 4, 7, 0.5, 1, 6)),
        new(Cholesky.Instance, Active([0, 0])),
        new(Determinant.Instance, Active([3, 3], 1.5, 0.5, -0.7, 0.2, -1.2, 0.4, 0.9, -0.3, 2)),
        new(Determinant.Instance, Active([2, 1, 1], 4, -3)),
        new(Determinant.Instance, Active([0, 0])),
        new(Cofactors.Instance, Active([3, 3], 1.5, 0.5, -0.7, 0.2, -1.2, 0.4, 0.9, -0.3, 2)),
        new(Cofactors.Instance, Active([2, 2, 2], 5, 1, -1, 4, 7, 0.5, 1, 6)),
        new(Cofactors.Instance, Active([3, 3], 1.5, 0.5, -0.7, 0.2, -1.2, 0.4, 0.9, -0.3, 2), Active([3, 3], seed: 2)),
        new(Cofactors.Instance, Active([2, 3, 3], seed: 3), Active([2, 3, 3], seed: 4), Active([2, 3, 3], seed: 5)),
        new(LogDeterminant.Instance, Active([3, 3], s_regular)),
        new(LogDeterminant.Instance, Active([2, 1, 1], 4, -3)),
        new(LogDeterminant.Instance, Active([0, 0])),
        new(Qr.Instance, Active([4, 3], s_tall)),
        new(Qr.Instance, Active([2, 2, 2], 5, 1, -1, 4, 7, 0.5, 1, 6)),
        new(Qr.Instance, Active([2, 0])),
        new(new ReciprocalGaps("Eigh", "numbers"), Active([3], 3, -2, 7)),
        new(new ReciprocalGaps("Eigh", "numbers"), Active([2, 2], 3, -2, 7, 1)),
        new(RotationPullback.Instance, Active([3], 3, -2, 7), Active([3, 3])),
        new(new GapQuotients("Svd", "numbers"), Active([2], 0.3, -0.2), Active([3], 7, -5, 12), Active([2, 3])),
        new(new GapQuotients("Svd", "numbers") { IsOfOneSet = true }, Active([3], 3, -2, 7), Active([3], 13, -12, 27), Active([3, 3])),
        new(new GapQuotients("Svd", "numbers") { IsPullback = true }, Active([2, 2], 0.3, -0.2, 0.1, 0.4), Active([2, 2], 7, -5, 9, -6), Active([2, 2, 2])),
        new(new TieDirections(Even: false), Constant([3], 3, -2, 3)),
        new(new TieDirections(Even: true), Constant([4], 3, 3, 0, 0)),
        new(new DividedDifferences("Eigh", "numbers"), Active([3], 3, -2, 7), Active([3], 1, 2, 4), Constant([3], 0, 0, 0), Constant([3], 0, 0, 0)),
        new(EigenTangent.Instance, Constant([2, 2], 3, 0, 0, -2), Constant([2], -2, 3), Constant([2, 2], 0, 1, 1, 0), Active([2, 2])),
        new(SpectralMatrix.Instance, Constant([2, 2], 3, 0, 0, -2), Constant([2], -2, 3), Constant([2, 2], 0, 1, 1, 0), Active([2])),
        new(SingularTangent.Instance, Constant([3, 2], 3, 0, 0, 2, 0, 0), Constant([3, 2], 1, 0, 0, 1, 0, 0), Constant([2], 3, 2), Constant([2, 2], 1, 0, 0, 1),
            Active([3, 2])),
        new(SingularMatrix.Instance, Constant([3, 2], 3, 0, 0, 2, 0, 0), Constant([3, 2], 1, 0, 0, 1, 0, 0), Constant([2], 3, 2), Constant([2, 2], 1, 0, 0, 1),
            Active([2])),
        new(SymmetricEigen.Instance, Active([3, 3], s_definite)),
        new(SymmetricEigen.Instance, Active([2, 2, 2], -5, 1, -1.5, 4, 7, 0.5, 1, 1)),
        new(SymmetricEigen.Instance, Active([1, 1], -3)),
        new(SymmetricEigen.Instance, Active([0, 0])),
        new(Svd.Instance, Active([3, 3], s_definite)),
        new(Svd.Instance, Active([4, 3], s_tall)),
        new(Svd.Instance, Active([3, 4], 7, 1, -0.5, 0.6, 0.7, 4, 0.2, -0.4, 1.5, -2, 11, 0.3)),
        new(Svd.Instance, Active([2, 2, 1], 3, 1, -2, 5)),
        new(Svd.Instance, Active([0, 2])),
    ];
}
