using Hyperdiff.Backends.Cpu;
using Hyperdiff.Backends.Cpu.Lapack;
using Hyperdiff.Decompositions;
using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.Backends.Cpu.Lapack;

/// <summary>Factors by blocks are those of the definitions, whatever part of a block is left over.</summary>
public sealed class BlockedKernelsTests
{
    private static readonly IMatrixKernels<double> s_blocked = CpuBackend.WithThreads(1, "managed").Resources.MatrixKernels;

    public static TheoryData<int> Sizes =>
        [BlockedKernels<double>.Least - 1, BlockedKernels<double>.Least, BlockedKernels<double>.Least + 1, 127, 128, 129, 200];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Cholesky_IsThatOfTheDefinition(int size)
    {
        double[] matrix = MatrixMaker.PositiveDefinite(new Random(size), size, 1, 20).ToRowMajorArray();
        double[] expected = [.. matrix], actual = [.. matrix];

        Assert.Equal(-1, DefiningKernels<double>.Instance.FactorCholesky(expected, size));
        Assert.Equal(-1, s_blocked.FactorCholesky(actual, size));
        AssertClose(Lower(expected, size), Lower(actual, size), 20);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(100)]
    [InlineData(149)]
    public void Cholesky_NamesTheFirstPivotThatIsNotPositive(int pivot)
    {
        const int Many = 150;
        double[] matrix = MatrixMaker.PositiveDefinite(new Random(5), Many, 1, 20).ToRowMajorArray();
        matrix[(pivot * Many) + pivot] = -1;

        Assert.Equal(pivot, s_blocked.FactorCholesky(matrix, Many));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Lu_IsThatOfTheDefinition(int size)
    {
        double[] matrix = MatrixMaker.Gaussian(new Random(size), size, size).ToRowMajorArray();

        // a row without a pivot
        matrix.AsSpan(40 * size, size).Clear();
        double[] expected = [.. matrix], actual = [.. matrix];
        int[] expectedExchanges = new int[size], actualExchanges = new int[size];
        DefiningKernels<double>.Instance.FactorLu(expected, expectedExchanges);
        s_blocked.FactorLu(actual, actualExchanges);

        Assert.Equal(expectedExchanges, actualExchanges);
        AssertClose(expected, actual, size);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void SolvesWithTriangles_AreThoseOfTheDefinition(int size)
    {
        Matrix<double> well = MatrixMaker.Gaussian(new Random(size), size, size) + (20 * Matrix<double>.Build.DenseIdentity(size));
        foreach (int columns in (int[])[1, 31, 32, 50])
        {
            foreach (TriangularForm form in from lower in (bool[])[false, true]
                                            from transpose in (bool[])[false, true]
                                            from unit in (bool[])[false, true]
                                            select new TriangularForm(lower, transpose, unit))
            {
                double[] matrix = (form.UnitDiagonal ? well / 100 : well).ToRowMajorArray();
                double[] expected = MatrixMaker.Gaussian(new Random(1), size, columns).ToRowMajorArray(), actual = [.. expected];
                DefiningKernels<double>.Instance.SolveTriangular(matrix, form, expected, size);
                s_blocked.SolveTriangular(matrix, form, actual, size);
                AssertClose(expected, actual, 20);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Qr_IsThatOfTheDefinition(int columns)
    {
        foreach (int rows in (int[])[columns, columns + 1, columns + 40])
        {
            // with a column of zeros
            Matrix<double> matrix = MatrixMaker.Gaussian(new Random(columns), rows, columns) + (20 * Matrix<double>.Build.DenseIdentity(rows, columns));
            matrix.SetColumn(columns - 1, 0 * matrix.Column(0));
            double[] given = matrix.ToRowMajorArray();
            double[] expectedQ = new double[given.Length], expectedR = new double[columns * columns], q = [.. expectedQ], r = [.. expectedR];
            DefiningKernels<double>.Instance.FactorQr(given, (rows, columns), expectedQ, expectedR);
            s_blocked.FactorQr(given, (rows, columns), q, r);

            AssertClose(expectedR, r, 20);
            AssertClose(expectedQ, q, 20);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Eigenvectors_AreThoseOfTheDefinition(int size)
    {
        // eigenvalues from 1 to 20, spaced by 19/(n − 1): vectors are determined to n ε ‖A‖ over that
        double[] matrix = MatrixMaker.PositiveDefinite(new Random(size), size, 1, 20).ToRowMajorArray();
        double[] expected = [.. matrix], actual = [.. matrix], expectedValues = new double[size], values = new double[size];
        Assert.True(DefiningKernels<double>.Instance.Eigen(expected, expectedValues));
        for (int i = 0; i < size; i++)
        {
            // what is above the diagonal is not read
            actual.AsSpan((i * size) + i + 1, size - i - 1).Fill(double.NaN);
        }

        Assert.True(s_blocked.Eigen(actual, values));
        AssertClose(expectedValues, values, size);
        AssertClose(Oriented(expected, size), Oriented(actual, size), 20 * size);
    }

    [Theory]
    [InlineData(96, 0)]
    [InlineData(97, 1)]
    [InlineData(129, 40)]
    [InlineData(160, 0)]
    public void SingularVectors_AreThoseOfTheDefinition(int size, int more)
    {
        Matrix<double> square = MatrixMaker.PositiveDefinite(new Random(size), size, 1, 20) * MatrixMaker.Gaussian(new Random(3), size, size).QR().Q;
        Matrix<double> tall = square.Stack(Matrix<double>.Build.Dense(more + 1, size)).SubMatrix(0, size + more, 0, size);
        foreach (Matrix<double> matrix in (Matrix<double>[])[tall, tall.Transpose()])
        {
            (double[] expectedU, double[] expectedValues, double[] expectedVt) = Svd(DefiningKernels<double>.Instance, matrix);
            (double[] u, double[] values, double[] vt) = Svd(s_blocked, matrix);
            AssertClose(expectedValues, values, size);

            // u and v turn together
            AssertClose(Products(expectedU, expectedVt, matrix), Products(u, vt, matrix), 20 * size);
        }
    }

    [Fact]
    public void Vectors_AreOrthonormalWhateverRepeats()
    {
        // three eigenvalues, and a matrix that is diagonal already, so that there is nothing to reflect
        const int Many = 130;
        Matrix<double> basis = MatrixMaker.Gaussian(new Random(8), Many, Many).QR().Q;
        var few = Matrix<double>.Build.DenseDiagonal(Many, Many, i => i % 3);
        foreach (Matrix<double> matrix in (Matrix<double>[])[few, basis * few * basis.Transpose(), 0 * few])
        {
            double[] rows = matrix.ToRowMajorArray(), values = new double[Many];
            Assert.True(s_blocked.Eigen(rows, values));
            Matrix<double> vectors = Matrix<double>.Build.DenseOfRowMajor(Many, Many, rows);
            AssertClose(Matrix<double>.Build.DenseIdentity(Many).ToRowMajorArray(), (vectors * vectors.Transpose()).ToRowMajorArray(), 20);
            AssertClose((matrix + (3 * Matrix<double>.Build.DenseIdentity(Many))).ToRowMajorArray(),
                ((vectors.Transpose() * Matrix<double>.Build.DenseOfDiagonalArray(values) * vectors)
                    + (3 * Matrix<double>.Build.DenseIdentity(Many))).ToRowMajorArray(), 20);

            (double[] u, double[] sigma, double[] vt) = Svd(s_blocked, matrix);
            Matrix<double> left = Matrix<double>.Build.DenseOfRowMajor(Many, Many, u), right = Matrix<double>.Build.DenseOfRowMajor(Many, Many, vt);
            AssertClose(Matrix<double>.Build.DenseIdentity(Many).ToRowMajorArray(), (left.Transpose() * left).ToRowMajorArray(), 20);
            AssertClose(Matrix<double>.Build.DenseIdentity(Many).ToRowMajorArray(), (right * right.Transpose()).ToRowMajorArray(), 20);
            Assert.Equal(sigma.OrderDescending(), sigma);
        }
    }

    [Fact]
    public void Bits_DoNotDependOnTheThreads()
    {
        const int Many = 260;
        double[] matrix = MatrixMaker.PositiveDefinite(new Random(6), Many, 1, 20).ToRowMajorArray();
        double[] one = [.. matrix], three = [.. matrix];
        IMatrixKernels<double> threads = CpuBackend.WithThreads(3, "managed").Resources.MatrixKernels;
        s_blocked.FactorCholesky(one, Many);
        threads.FactorCholesky(three, Many);
        Assert.Equal(one, three);

        matrix.CopyTo(one, 0);
        matrix.CopyTo(three, 0);
        s_blocked.Eigen(one, new double[Many]);
        threads.Eigen(three, new double[Many]);
        Assert.Equal(one, three);

        Matrix<double> general = MatrixMaker.Gaussian(new Random(7), Many + 40, Many);
        Assert.Equal(Svd(s_blocked, general).U, Svd(threads, general).U);
        Assert.Equal(Svd(s_blocked, general).Vt, Svd(threads, general).Vt);
    }

    private static (double[] U, double[] Values, double[] Vt) Svd(IMatrixKernels<double> kernels, Matrix<double> matrix)
    {
        int count = Math.Min(matrix.RowCount, matrix.ColumnCount);
        double[] u = new double[matrix.RowCount * count], values = new double[count], vt = new double[count * matrix.ColumnCount];
        Assert.True(kernels.Svd(matrix.ToRowMajorArray(), u, values, vt));
        return (u, values, vt);
    }

    // of each pair of vectors, the product of their sums with unlike weights
    private static double[] Products(double[] u, double[] vt, Matrix<double> matrix)
    {
        int count = Math.Min(matrix.RowCount, matrix.ColumnCount);
        Matrix<double> left = Matrix<double>.Build.DenseOfRowMajor(matrix.RowCount, count, u);
        Matrix<double> right = Matrix<double>.Build.DenseOfRowMajor(count, matrix.ColumnCount, vt);
        return [.. Enumerable.Range(0, count).SelectMany(j => left.Column(j).OuterProduct(right.Row(j)).ToRowMajorArray().Where((_, i) => i % 41 == 0))];
    }

    private static double[] Oriented(double[] rows, int size) =>
        [.. rows.Chunk(size).SelectMany(row => row.Select(element => Orientation.IsTurned<double>(row) ? -element : element))];

    private static double[] Lower(double[] matrix, int size) => [.. matrix.Where((_, i) => i % size <= i / size)];

    // n ε of the greatest element, times what the factorization amplifies
    private static void AssertClose(double[] expected, double[] actual, double amplification)
    {
        double tolerance = Math.Sqrt(expected.Length) * amplification * DType.Float64.Epsilon() * expected.Max(Math.Abs);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second - pair.First, -tolerance, tolerance));
    }
}
