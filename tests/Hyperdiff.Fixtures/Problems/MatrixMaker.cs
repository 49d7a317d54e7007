using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Fixtures.Problems;

/// <summary>Random matrices with stated properties.</summary>
public static class MatrixMaker
{
    /// <summary>Independent standard normal entries.</summary>
    public static Matrix<double> Gaussian(Random random, int rows, int columns) => Matrix<double>.Build.Dense(rows, columns, (_, _) => Normal(random));

    /// <summary>Independent standard normal entries.</summary>
    public static Vector<double> Gaussian(Random random, int size) => Vector<double>.Build.Dense(size, _ => Normal(random));

    /// <summary>A matrix with this spectral norm.</summary>
    public static Matrix<double> WithNorm(Random random, int size, double norm)
    {
        Matrix<double> matrix = Gaussian(random, size, size);
        return matrix * (norm / matrix.L2Norm());
    }

    /// <summary>A matrix with eigenvalues in [−ρ, ρ] and at least this spectral norm (for two or more rows): an orthogonal similarity of a triangle.</summary>
    public static Matrix<double> NonNormal(Random random, int size, double radius, double norm)
    {
        Matrix<double> triangle = Matrix<double>.Build.Dense(size, size,
            (i, j) => i == j ? radius * ((2 * random.NextDouble()) - 1) : i < j ? Normal(random) : 0);
        if (size > 1)
        {
            triangle[0, size - 1] = 2 * norm;
        }

        Matrix<double> q = Gaussian(random, size, size).QR().Q;
        return q * triangle * q.Transpose();
    }

    /// <summary>A symmetric matrix with eigenvalues between two bounds, both attained.</summary>
    public static Matrix<double> PositiveDefinite(Random random, int size, double smallest, double largest)
    {
        Matrix<double> q = Gaussian(random, size, size).QR().Q;
        Vector<double> spectrum = Vector<double>.Build.Dense(size, i => size == 1 ? largest : smallest + ((largest - smallest) * i / (size - 1)));
        Matrix<double> matrix = q * Matrix<double>.Build.DenseOfDiagonalVector(spectrum) * q.Transpose();
        return (matrix + matrix.Transpose()) / 2;
    }

    /// <summary>diag(d) M.</summary>
    public static Matrix<double> PointwiseMultiplyRows(this Vector<double> diagonal, Matrix<double> matrix) =>
        Matrix<double>.Build.Dense(matrix.RowCount, matrix.ColumnCount, (i, j) => diagonal[i] * matrix[i, j]);

    // Box and Muller (1958); System.Random with a seed is the same on every platform
    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
