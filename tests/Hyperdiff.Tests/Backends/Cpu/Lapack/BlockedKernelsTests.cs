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

    public static TheoryData<int> Sizes => [BlockedKernels<double>.Least - 1, BlockedKernels<double>.Least, BlockedKernels<double>.Least + 1, 127, 128, 129, 200];

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

    [Fact]
    public void Bits_DoNotDependOnTheThreads()
    {
        const int Many = 260;
        double[] matrix = MatrixMaker.PositiveDefinite(new Random(6), Many, 1, 20).ToRowMajorArray();
        double[] one = [.. matrix], three = [.. matrix];
        s_blocked.FactorCholesky(one, Many);
        CpuBackend.WithThreads(3, "managed").Resources.MatrixKernels.FactorCholesky(three, Many);

        Assert.Equal(one, three);
    }

    private static double[] Lower(double[] matrix, int size) => [.. matrix.Where((_, i) => i % size <= i / size)];

    // n ε of the greatest element, times what the factorization amplifies
    private static void AssertClose(double[] expected, double[] actual, double amplification)
    {
        double tolerance = Math.Sqrt(expected.Length) * amplification * DType.Float64.Epsilon() * expected.Max(Math.Abs);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second - pair.First, -tolerance, tolerance));
    }
}
