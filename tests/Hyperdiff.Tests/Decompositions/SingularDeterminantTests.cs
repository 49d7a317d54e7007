using Hyperdiff.Fixtures.Problems;
using Hyperdiff.Tests.Primitives;

namespace Hyperdiff.Tests.Decompositions;

/// <summary>Derivatives of determinants at matrices of every rank: a determinant is a polynomial, and has those of all orders, which its expansion along a row
/// gives without a decomposition.</summary>
public sealed class SingularDeterminantTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 0)]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 0)]
    [InlineData(4, 1)]
    [InlineData(4, 2)]
    [InlineData(4, 3)]
    [InlineData(4, 4)]
    public void DerivativesOfFourOrders_AreThoseOfTheExpansion(int n, int rank)
    {
        var random = new Random((10 * n) + rank);
        Tensor a = rank == 0 ? Tensor.Zeros([n, n]) : Gaussian(random, n, rank).MatMul(Gaussian(random, rank, n));
        Tensor[] directions = [.. Enumerable.Range(0, 4).Select(_ => Gaussian(random, n, n))];

        // sums of up to n! products, each of n factors of size up to 3
        const double tolerance = 1e-10;
        Func<Tensor, Tensor> spectral = Linalg.Determinant;
        Func<Tensor, Tensor> expanded = Expansion;
        foreach (Tensor direction in directions)
        {
            Assert.Equal(Differentiate.Tangent(expanded, a, direction).ToScalar(), Differentiate.Tangent(spectral, a, direction).ToScalar(), tolerance);
            Close(Differentiate.Gradient(expanded, a), Differentiate.Gradient(spectral, a), tolerance);
            (Func<Tensor, Tensor> first, Func<Tensor, Tensor> second) = (spectral, expanded);
            spectral = x => (Differentiate.Gradient(first, x) * direction).Sum();
            expanded = x => (Differentiate.Gradient(second, x) * direction).Sum();
        }
    }

    [Fact]
    public void TheHessian_OfASingularMatrix_IsKnown()
    {
        // det = ad − bc
        double[][] hessian = Differentiate.Hessian(x => Linalg.Determinant(x.Reshape(2, 2)), Tensor.From([1.0, 2, 2, 4]));
        double[][] expected = [[0, 0, 0, 1], [0, 0, -1, 0], [0, -1, 0, 0], [1, 0, 0, 0]];
        Assert.All(expected.Zip(hessian), rows => Assert.All(rows.First.Zip(rows.Second), pair => Assert.Equal(pair.First, pair.Second, 1e-14)));
    }

    [Fact]
    public void Logarithms_AndInverses_OfSingularMatrices_AreRefused()
    {
        var singular = Tensor.From(new double[,] { { 1, 2 }, { 2, 4 } });
        Assert.Equal(LinearAlgebraFailure.Singular,
            Assert.Throws<LinearAlgebraException>(() => Differentiate.Gradient(x => Linalg.LogDeterminant(x).LogAbsolute, singular)).Failure);
        Assert.Equal(LinearAlgebraFailure.Singular, Assert.Throws<LinearAlgebraException>(() => Linalg.Inverse(singular)).Failure);
        Assert.Equal(LinearAlgebraFailure.NotPositiveDefinite, Assert.Throws<LinearAlgebraException>(() => Linalg.Cholesky(singular)).Failure);
    }

    private static Tensor Gaussian(Random random, int rows, int columns) => Tensor.From(MatrixMaker.Gaussian(random, rows, columns).ToArray());

    // along the first row
    private static Tensor Expansion(Tensor a)
    {
        int n = a.Shape[0];
        if (n == 1)
        {
            return a[0, 0];
        }

        Tensor sum = Tensor.Scalar(0);
        for (int j = 0; j < n; j++)
        {
            Tensor below = a[1..];
            Tensor minor = j == 0 ? below[.., 1..] : j == n - 1 ? below[.., ..j] : Tensor.Concat(1, below[.., ..j], below[.., (j + 1)..]);
            sum += (j % 2 == 0 ? 1 : -1) * a[0, j] * Expansion(minor);
        }

        return sum;
    }

    private static void Close(Tensor expected, Tensor actual, double tolerance) =>
        Assert.All(expected.ToArray<double>().Zip(actual.ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, tolerance));
}
