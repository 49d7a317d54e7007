using Hyperdiff.Backends.Cpu.Lapack;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Threads;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.Backends.Cpu.Lapack;

/// <summary>Laws of eigenvectors of tridiagonal matrices: they satisfy their equation and are orthonormal to rounding, whatever coincides.</summary>
public sealed class DivideAndConquerTests
{
    private const double Epsilon = 2.220446049250313e-16;

    public static TheoryData<string, int> Matrices
    {
        get
        {
            TheoryData<string, int> data = [];
            foreach (string name in (string[])["random", "toeplitz", "wilkinson", "glued", "graded", "clustered", "diagonal", "coupled by nothing", "constant"])
            {
                foreach (int size in (int[])[1, 2, 31, 33, 64, 65, 130, 257])
                {
                    data.Add(name, size);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Matrices))]
    public void Vectors_SatisfyTheirEquationAndAreOrthonormal(string name, int size)
    {
        (double[] diagonal, double[] beside) = Tridiagonal(name, size);
        AssertLaws<double>(diagonal, beside, Epsilon);
        AssertLaws<float>(diagonal, beside, Math.ScaleB(1, -23));
    }

    [Fact]
    public void Values_AreThoseOfTheFormula()
    {
        const int Many = 300;
        (double[] diagonal, double[] beside) = Tridiagonal("toeplitz", Many);

        Assert.True(DivideAndConquer<double>.Solve(new ManagedMatrixProduct(WorkerPool.Inline), diagonal, beside, new double[Many * Many]));
        Array.Sort(diagonal);
        Assert.All(diagonal.Index(), pair =>
            Assert.InRange(pair.Item - (2 - (2 * Math.Cos((pair.Index + 1) * Math.PI / (Many + 1)))), -4 * Many * Epsilon, 4 * Many * Epsilon));
    }

    [Theory]
    [InlineData(900)]
    [InlineData(-900)]
    public void PowersOfTwo_AreFactors(int exponent)
    {
        const int Many = 150;
        (double[] diagonal, double[] beside) = Tridiagonal("random", Many);
        double[] scaled = [.. diagonal.Select(x => Math.ScaleB(x, exponent))], scaledBeside = [.. beside.Select(x => Math.ScaleB(x, exponent))];
        double[] vectors = new double[Many * Many], scaledVectors = new double[Many * Many];
        ManagedMatrixProduct product = new(WorkerPool.Inline);

        Assert.True(DivideAndConquer<double>.Solve(product, diagonal, beside, vectors));
        Assert.True(DivideAndConquer<double>.Solve(product, scaled, scaledBeside, scaledVectors));
        Assert.Equal(diagonal.Select(x => Math.ScaleB(x, exponent)), scaled);
        Assert.Equal(vectors, scaledVectors);
    }

    [Fact]
    public void Bits_DoNotDependOnTheThreads()
    {
        const int Many = 500;
        (double[] diagonal, double[] beside) = Tridiagonal("random", Many);
        double[] values = [.. diagonal], valuesBeside = [.. beside], vectors = new double[Many * Many], expected = new double[Many * Many];
        using var three = new WorkerPool(3);

        Assert.True(DivideAndConquer<double>.Solve(new ManagedMatrixProduct(WorkerPool.Inline), diagonal, beside, expected));
        Assert.True(DivideAndConquer<double>.Solve(new ManagedMatrixProduct(three), values, valuesBeside, vectors));
        Assert.Equal(diagonal, values);
        Assert.Equal(expected, vectors);
    }

    private static void AssertLaws<T>(double[] diagonal, double[] beside, double epsilon)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        int size = diagonal.Length;
        var vectors = new T[size * size];
        double[] values = [.. diagonal];
        Assert.True(DivideAndConquer<T>.Solve(new ManagedMatrixProduct(WorkerPool.Inline), values, [.. beside], vectors));

        Matrix<double> rows = Matrix<double>.Build.DenseOfRowMajor(size, size, vectors.Select(double.CreateChecked));
        Matrix<double> matrix = Matrix<double>.Build.Dense(size, size, (i, j) => i == j ? diagonal[i] : Math.Abs(i - j) == 1 ? beside[Math.Min(i, j)] : 0);
        double norm = Math.Max(diagonal.Max(Math.Abs), beside.Max(Math.Abs)), tolerance = 4 * Math.Sqrt(size) * epsilon;
        Matrix<double> residual = (rows * matrix) - (Matrix<double>.Build.DenseOfDiagonalArray(values) * rows);
        Assert.InRange(residual.Enumerate().Max(Math.Abs), 0, 4 * tolerance * norm);
        Assert.InRange(((rows * rows.Transpose()) - Matrix<double>.Build.DenseIdentity(size)).Enumerate().Max(Math.Abs), 0, tolerance);
    }

    private static (double[] Diagonal, double[] Beside) Tridiagonal(string name, int size)
    {
        Random random = new(size);
        double[] diagonal = new double[size], beside = new double[size];
        for (int i = 0; i < size; i++)
        {
            (diagonal[i], beside[i]) = name switch
            {
                "random" => (random.NextDouble() - 0.5, random.NextDouble() - 0.5),
                "toeplitz" => (2, -1),

                // pairs of eigenvalues that agree to all digits
                "wilkinson" => (Math.Abs(i - ((size - 1) / 2.0)), 1),
                "glued" => (Math.Abs((i % 21) - 10), i % 21 == 20 ? 1e-7 : 1),
                "graded" => (Math.Pow(10, -16.0 * i / size), Math.Pow(10, -16.0 * (i + 0.5) / size)),
                "clustered" => (1 + (1e-13 * random.NextDouble()), 1e-9 * random.NextDouble()),
                "diagonal" => (random.Next(3), 0),
                "coupled by nothing" => (random.NextDouble(), i % 16 == 15 ? 0 : 1e-20),
                "constant" => (0, 1),
                _ => throw new ArgumentException("No such matrix.", nameof(name)),
            };
        }

        return (diagonal, beside);
    }
}
