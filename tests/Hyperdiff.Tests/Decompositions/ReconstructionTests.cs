using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.Decompositions;

/// <summary>The laws of factors: their product is the matrix, and what is orthogonal is. On random matrices, and on those of small integers, of which many are
/// singular or repeat an eigenvalue.</summary>
[Properties(Replay = "(4660,22137)", MaxTest = 300, EndSize = 60, Arbitrary = [typeof(Draws)])]
public sealed class ReconstructionTests
{
    /// <summary>Backward errors are a few times max(m, n) ε, relative to ‖A‖: a reflection, rotation or elimination per column, each with a rounding or two per
    /// element.</summary>
    private const double RoundingsPerColumn = 8;

    [Property]
    public void Qr_OfSmallIntegers(SmallIntegers matrix)
    {
        AssertQr(matrix.Rectangular);
        AssertQr(matrix.Rectangular.Transpose());
    }

    [Property]
    public void Svd_OfSmallIntegers(SmallIntegers matrix)
    {
        AssertSvd(matrix.Rectangular);
        AssertSvd(matrix.Rectangular.Transpose());
    }

    [Property]
    public void Eigh_OfSmallIntegers(SmallIntegers matrix) => AssertEigen(matrix.Square);

    [Property]
    public void Cholesky_OfDefiniteSmallIntegers(SmallIntegers matrix)
    {
        Tensor a = matrix.Square;
        Tensor definite = a.MatMul(a.Transpose()) + Tensor.Eye(a.Shape[0], a.DType);
        Tensor l = Linalg.Cholesky(definite);

        AssertClose(definite, l.MatMul(l.Transpose()));
        Assert.Equal(l.ToDoubles(), l.Tril().ToDoubles());
        Assert.All(l.Diagonal().ToDoubles(), element => Assert.True(element > 0));
    }

    [Property]
    public void Solve_OfDominantSmallIntegers_HasASmallResidual(SmallIntegers matrix)
    {
        (Tensor a, DType dtype) = (matrix.Square, matrix.DType);
        int n = a.Shape[0];
        Tensor dominant = a + (Tensor.Eye(n, dtype) * (1 + a.Abs().Sum().ToScalar()));
        Tensor b = a.Slice(0, 0, n).Transpose();
        AssertClose(b, dominant.MatMul(Linalg.Solve(dominant, b)));
        AssertClose(b, dominant.Tril().MatMul(Linalg.SolveTriangular(dominant, b, lower: true)));
        AssertClose(b, dominant.Triu().Transpose().MatMul(Linalg.SolveTriangular(dominant, b, lower: false, transpose: true)));
        AssertClose(Tensor.Eye(n, dtype), dominant.MatMul(Linalg.Inverse(dominant)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(40, 40)]
    [InlineData(61, 17)]
    [InlineData(17, 61)]
    public void Factors_OfNormalMatrices(int rows, int columns)
    {
        var random = new Random(5);
        foreach (double scale in (double[])[1, 1e200, 1e-200])
        {
            Tensor a = Tensor.From(MatrixMaker.Gaussian(random, rows, columns).ToArray()) * scale;
            AssertQr(a);
            AssertSvd(a);
            if (rows == columns)
            {
                AssertEigen(a);
            }
        }
    }

    [Fact]
    public void Values_AreThoseThatTheMatrixWasMadeOf()
    {
        // 12 eigenvalues from 10⁻³ to 10, both attained: accurate to ε relative to the largest
        Tensor a = Tensor.From(MatrixMaker.PositiveDefinite(new Random(3), 12, 1e-3, 10).ToArray());
        double[] expected = [.. Enumerable.Range(0, 12).Select(i => 1e-3 + ((10 - 1e-3) * i / 11))];
        double tolerance = 12 * RoundingsPerColumn * DType.Float64.Epsilon() * 10;

        Assert.All(expected.Zip(Linalg.EigenvaluesSymmetric(a).ToArray<double>()), pair => Assert.InRange(pair.Second - pair.First, -tolerance, tolerance));
        Assert.All(expected.Reverse().Zip(Linalg.SingularValues(a).ToArray<double>()), pair => Assert.InRange(pair.Second - pair.First, -tolerance, tolerance));
        (Tensor sign, Tensor logarithm) = Linalg.LogDeterminant(-a);
        Assert.Equal(1, sign.ToScalar());
        Assert.Equal(expected.Sum(Math.Log), logarithm.ToScalar(), tolerance / 1e-3);
        Assert.Equal(expected.Aggregate(1.0, (product, value) => product * value), Linalg.Determinant(a).ToScalar(),
            tolerance / 1e-3 * Linalg.Determinant(a).ToScalar());
    }

    [Fact]
    public void GradedAndDependentColumns_AreFactored()
    {
        // what iterations stumble over: values that fall or rise over hundreds of orders of magnitude, zeros between them, many dependent columns
        var random = new Random(8);
        Tensor a = Tensor.From(MatrixMaker.Gaussian(random, 30, 30).ToArray());
        Tensor falling = (-3.0 * Tensor.Arange(30).To(DType.Float64)).Exp();
        foreach (Tensor graded in (Tensor[])[a * falling, a * falling.Flip(), a * falling.Unsqueeze(1), a * falling.Flip().Unsqueeze(1),
            a[.., ..2].MatMul(a[..2, ..]), a.Triu(1), a.Triu() - a.Triu(2), a * (falling - falling.Roll(15, 0)).Sign()])
        {
            AssertQr(graded);
            AssertSvd(graded);
            AssertEigen(graded);
        }
    }

    private static void AssertQr(Tensor a)
    {
        (Tensor q, Tensor r) = Linalg.Qr(a);
        AssertClose(a, q.MatMul(r));
        AssertOrthonormalColumns(q);
        Assert.Equal(r.ToDoubles(), r.Triu().ToDoubles());
        Assert.All(r.Diagonal().ToDoubles(), element => Assert.True(element >= 0));
    }

    private static void AssertSvd(Tensor a)
    {
        (Tensor u, Tensor s, Tensor vt) = Linalg.Svd(a);
        AssertClose(a, (u * s).MatMul(vt));
        AssertOrthonormalColumns(u);
        AssertOrthonormalColumns(vt.Transpose());
        Assert.Equal(s.ToDoubles().OrderDescending(), s.ToDoubles());
        Assert.All(s.ToDoubles(), value => Assert.True(value >= 0));
        AssertOriented(a.Shape[0] >= a.Shape[1] ? u.Transpose() : vt);
    }

    private static void AssertEigen(Tensor a)
    {
        Tensor symmetric = (a + a.Transpose()) / 2;
        (Tensor w, Tensor v) = Linalg.Eigh(a);
        AssertClose(symmetric, (v * w).MatMul(v.Transpose()));
        AssertOrthonormalColumns(v);
        Assert.Equal(w.ToDoubles().Order(), w.ToDoubles());
        AssertOriented(v.Transpose());
    }

    private static void AssertOriented(Tensor rows)
    {
        for (int i = 0; i < rows.Shape[0]; i++)
        {
            double[] row = rows[i].ToDoubles();
            Assert.True(row.First(element => Math.Abs(element) >= (1 - 1e-7) * row.Max(Math.Abs)) > 0);
        }
    }

    private static void AssertOrthonormalColumns(Tensor q) => AssertClose(Tensor.Eye(q.Shape[1], q.DType), q.Transpose().MatMul(q));

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Type, actual.Type);
        double[] wanted = expected.ToDoubles();
        double largest = wanted.Select(Math.Abs).DefaultIfEmpty().Max();
        double norm = largest * Math.Sqrt(wanted.Sum(x => x / Math.Max(largest, double.MinValue) is var ratio && largest > 0 ? ratio * ratio : 0));
        double tolerance = RoundingsPerColumn * Math.Max(expected.Shape[0], expected.Shape[1]) * expected.DType.Epsilon() * norm;
        Assert.All(wanted.Zip(actual.ToDoubles()), pair => Assert.InRange(pair.Second - pair.First, -tolerance, tolerance));
    }

    /// <summary>Lists of small integers as matrices.</summary>
    public sealed record SmallIntegers(int[] Numbers, DType DType)
    {
        /// <summary>As many rows as fit.</summary>
        public Tensor Rectangular => Matrix(Columns == 0 ? 0 : Numbers.Length / Columns);

        /// <summary>The largest square that fits.</summary>
        public Tensor Square => Matrix(Columns);

        private int Columns => (int)Math.Sqrt(Numbers.Length);

        private Tensor Matrix(int rows) =>
            Tensor.From([.. Numbers.Take(rows * Columns).Select(number => (double)(number % 4))], new Shape(rows, Columns)).To(DType);
    }

    private static class Draws
    {
        public static Arbitrary<SmallIntegers> Matrices() => Arb.From(
            ArbMap.Default.GeneratorFor<int[]>().SelectMany(
                numbers => Gen.Elements(DType.Float64, DType.Float32).Select(dtype => new SmallIntegers(numbers, dtype))),
            matrix => ArbMap.Default.ArbFor<int[]>().Shrinker(matrix.Numbers).Select(numbers => matrix with { Numbers = numbers }));
    }
}
