using Hyperdiff.Decompositions;
using Hyperdiff.Fixtures.Problems;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.Decompositions;

/// <summary>Large matrices of float32 are factored in float32: with the backward errors of that, with solutions that are as good as those in double precision,
/// and in double precision where float32 cannot tell.</summary>
public sealed class SingleDecompositionTests
{
    private const int Size = MatrixPrimitive.LeastSingle + 35;

    // a rounding or two per element and column, as in the laws of factors
    private static readonly double s_backward = 8 * Size * DType.Float32.Epsilon();

    private static readonly Tensor s_general = Single(MatrixMaker.Gaussian(new Random(1), Size, Size));
    private static readonly Tensor s_definite = Single(MatrixMaker.PositiveDefinite(new Random(2), Size, 1e-2, 1));

    [Fact]
    public void Factors_HaveTheBackwardErrorsOfFloat()
    {
        Tensor l = Linalg.Cholesky(s_definite);
        AssertClose(Double(s_definite), Double(l).MatMul(Double(l).Transpose()), s_backward);
        Assert.Equal(l.Tril().ToArray<float>(), l.ToArray<float>());

        (Tensor q, Tensor r) = Linalg.Qr(s_general);
        AssertClose(Double(s_general), Double(q).MatMul(Double(r)), s_backward);
        AssertClose(Tensor.Eye(Size), Double(q).Transpose().MatMul(Double(q)), s_backward);

        (Tensor values, Tensor vectors) = Linalg.Eigh(s_definite);
        AssertClose(Double(s_definite), (Double(vectors) * Double(values)).MatMul(Double(vectors).Transpose()), s_backward);
        AssertClose(Tensor.Eye(Size), Double(vectors).Transpose().MatMul(Double(vectors)), s_backward);

        (Tensor u, Tensor sigma, Tensor vt) = Linalg.Svd(s_general);
        AssertClose(Double(s_general), (Double(u) * Double(sigma)).MatMul(Double(vt)), s_backward);

        // a sum of n logarithms of pivots, each to n ε of what it was computed from, which is at most the condition number times it
        Tensor exact = Linalg.LogDeterminant(Double(s_definite)).LogAbsolute;
        Assert.InRange(Linalg.LogDeterminant(s_definite).LogAbsolute.ToScalar() - exact.ToScalar(), -100 * s_backward, 100 * s_backward);
    }

    [Theory]
    [InlineData(1e2)]
    [InlineData(1e5)]
    [InlineData(1e9)]
    public void SolutionsForFewRightSides_AreRoundedOnce(double condition)
    {
        // half a unit of float32, a quarter for what the refinement leaves, and what double precision makes of the condition, since the last is not refined
        double tolerance = (0.75 * DType.Float32.Epsilon()) + (8 * condition * DType.Float64.Epsilon());
        Matrix<double> left = MatrixMaker.Gaussian(new Random(3), Size, Size).QR().Q, right = MatrixMaker.Gaussian(new Random(4), Size, Size).QR().Q;
        Matrix<double> graded = left * Matrix<double>.Build.DenseDiagonal(Size, Size, i => Math.Pow(condition, -i / (Size - 1.0))) * right;
        Tensor a = Single(graded), b = s_general[.., ..3];
        foreach (bool transposed in (bool[])[false, true])
        {
            Tensor exact = MatrixSolve.Of(Double(a), Double(b), transposed), x = MatrixSolve.Of(a, b, transposed);
            for (int j = 0; j < 3; j++)
            {
                AssertClose(exact[.., j], Double(x[.., j]), tolerance);
            }
        }
    }

    [Fact]
    public void SolutionsForManyRightSides_HaveSmallResiduals()
    {
        Tensor inverse = Linalg.Inverse(s_definite);

        // ‖A X − I‖ is at most n ε ‖A‖ ‖X‖, and the condition number is 100
        AssertClose(Tensor.Eye(Size), Double(s_definite).MatMul(Double(inverse)), 100 * s_backward);
    }

    [Fact]
    public void ItemsOfABatch_AreComputedAsTheyAreAlone()
    {
        // the second has forty eigenvalues, and so pivots, that are rounding in float32 and not in double precision
        Matrix<double> basis = MatrixMaker.Gaussian(new Random(5), Size, Size).QR().Q;
        Tensor almost = Single(basis * Matrix<double>.Build.DenseDiagonal(Size, Size, i => i < 40 ? 2e-6 : 0.7) * basis.Transpose());
        Tensor all = Tensor.Stack(0, s_definite, almost, 2 * s_definite);
        Tensor batch = Linalg.Cholesky(all);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(Linalg.Cholesky(all[i]).ToArray<float>(), batch[i].ToArray<float>());
        }
    }

    [Fact]
    public void Errors_AreThoseOfDoublePrecision()
    {
        Tensor hole = 1 - Tensor.Eye(Size, DType.Float32)[17];
        Tensor single = s_general * hole, twice = Double(s_general) * Double(hole);
        foreach (Func<Tensor, Tensor> f in (Func<Tensor, Tensor>[])[a => Linalg.Solve(a, a), Linalg.Inverse, a => Linalg.Cholesky(-a.MatMul(a.Transpose())),
            a => Linalg.Eigh(a / (a * 0)).Values, a => Linalg.Qr(a / (a * 0)).Q, a => Linalg.LogDeterminant(a / (a * 0)).Sign])
        {
            Assert.Equal(Assert.Throws<LinearAlgebraException>(() => f(twice)).Message, Assert.Throws<LinearAlgebraException>(() => f(single)).Message);
        }

        Assert.Equal(0, Linalg.Determinant(single).ToScalar());
        Assert.Equal(double.NegativeInfinity, Linalg.LogDeterminant(single).LogAbsolute.ToScalar());
    }

    [Theory]
    [InlineData(1e-30)]
    [InlineData(1e25)]
    public void MatricesAtTheEndsOfTheRange_AreComputedInDouble(double scale)
    {
        AssertClose(Linalg.Cholesky(s_definite * scale), Double(Linalg.Cholesky(s_definite)) * Math.Sqrt(scale), 100 * s_backward);
        AssertClose(Linalg.Svd(s_general * scale).Values, Double(Linalg.Svd(s_general).Values) * scale, s_backward);
        AssertClose(Linalg.Solve(s_definite * scale, s_general[0] * scale), Double(Linalg.Solve(s_definite, s_general[0])), 100 * s_backward);
    }

    [Theory]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float32)]
    public void ValueAndDerivativesOfASystem_ShareOneFactorization(DType dtype)
    {
        Tensor a = s_definite.To(dtype), b = s_general[0].To(dtype);
        Graph gradient = TracedFunction.Of(x => [Diff.Grad((Tensor at) => Linalg.Solve(at, x[1]).Square().Sum(), x[0])], [a, b]).Graph;
        Graph second = TracedFunction.Of(x => [Diff.Hvp((Tensor at) => Linalg.Solve(at, x[1]).Square().Sum(), x[0], x[0])], [a, b]).Graph;

        Assert.Single(gradient.Equations, equation => equation.Primitive is LuFactors);
        Assert.Single(second.Equations, equation => equation.Primitive is LuFactors);
    }

    [Fact]
    public void SmallSystems_CanBeBroughtToFloat()
    {
        Tensor a = s_definite[..3, ..3].To(DType.Float64), b = s_general[0, ..3].To(DType.Float64);
        Graph narrow = Precision.Narrowed(TracedFunction.Of(x => [Linalg.Solve(x[0], x[1])], [a, b]).Graph)!;

        // A and b are rounded, which a condition of at most 100 multiplies, in three rows
        Tensor x = Linalg.Solve(a, b);
        AssertClose(x, Double(narrow.Call([a.To(DType.Float32), b.To(DType.Float32)]).Outputs[0]), 1e3 * DType.Float32.Epsilon());
        AssertClose(x, Linalg.Solve(a.To(DType.Float32), b.To(DType.Float32)), 1e3 * DType.Float32.Epsilon());
    }

    private static Tensor Single(Matrix<double> matrix) => Tensor.From(matrix.ToArray()).To(DType.Float32);

    private static Tensor Double(Tensor tensor) => tensor.To(DType.Float64);

    // relative to the largest element
    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        double[] wanted = expected.ToDoubles();
        double bound = tolerance * wanted.Max(Math.Abs);
        Assert.All(wanted.Zip(actual.ToDoubles()), pair => Assert.InRange(pair.Second - pair.First, -bound, bound));
    }
}
