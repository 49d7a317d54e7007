using Hyperdiff.Fixtures;
using Hyperdiff.Fixtures.Problems;
using Hyperdiff.Tests.Primitives;

namespace Hyperdiff.Tests.Decompositions;

/// <summary>Derivatives of functions as people compose them, against closed forms and against extrapolated differences.</summary>
public sealed class LinalgDerivativeTests
{
    private const double Tolerance = 1e-9;

    private static readonly Tensor s_general = Tensor.From(MatrixMaker.Gaussian(new Random(1), 5, 5).ToArray()) + (3 * Tensor.Eye(5));
    private static readonly Tensor s_definite = Tensor.From(MatrixMaker.PositiveDefinite(new Random(2), 5, 1, 9).ToArray());
    private static readonly Tensor s_tall = Tensor.From(MatrixMaker.Gaussian(new Random(3), 7, 4).ToArray());
    private static readonly Tensor s_weights = Tensor.From(MatrixMaker.Gaussian(new Random(4), 5, 5).ToArray());

    /// <summary>Functions of a matrix, by name, with the point.</summary>
    public static Dictionary<string, (Func<Tensor, Tensor> Function, Tensor At)> Functions { get; } = new()
    {
        ["log determinant"] = (a => Linalg.LogDeterminant(a).LogAbsolute, s_general),
        ["determinant"] = (Linalg.Determinant, s_general / 3),
        ["trace of the inverse"] = (a => Linalg.Inverse(a).Diagonal().Sum(), s_general),
        ["quadratic form of a solution"] = (a => a[0].Dot(Linalg.Solve(a.MatMul(s_general), a[1])), s_general),
        ["Gaussian likelihood"] = (a => Likelihood(a, s_weights[0]), s_definite),
        ["least squares by QR"] = (a =>
        {
            (Tensor q,
            Tensor r) = Linalg.Qr(a); return Linalg.SolveTriangular(r, q.Transpose().MatMul(a[.., 0] * a[.., 1]), lower: false).Square().Sum();
        }, s_tall),
        ["QR of a wide matrix"] = (a => { (Tensor q, Tensor r) = Linalg.Qr(a); return (r.Tanh() * r).Sum() + q.Exp().Sum(); }, s_tall.Transpose()),
        ["matrix square root"] = (a => { (Tensor w, Tensor v) = Linalg.Eigh(a); return ((v * w.Sqrt()).MatMul(v.Transpose()) * s_weights).Sum(); }, s_definite),
        ["one eigenvector"] = (a => Linalg.Eigh(a).Vectors[.., 0].Dot(s_weights[0]), s_definite),
        ["softmax of eigenvalues"] = (a => Linalg.EigenvaluesSymmetric(a).LogSumExp(), s_definite),
        ["nuclear norm"] = (a => Linalg.SingularValues(a).Sum(), s_tall),
        ["best approximation of rank 1"] = (a =>
        {
            (Tensor u, Tensor s,
            Tensor vt) = Linalg.Svd(a); return (s[0] * u[.., 0].Unsqueeze(-1) * vt[0]).Tanh().Sum();
        }, s_tall),
        ["best approximation of rank 1, wide"] = (a =>
        {
            (Tensor u, Tensor s,
            Tensor vt) = Linalg.Svd(a); return (s[0] * u[.., 0].Unsqueeze(-1) * vt[0]).Tanh().Sum();
        }, s_tall.Transpose()),
    };

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void FirstAndSecondDerivatives_AgreeWithDifferences(string name)
    {
        (Func<Tensor, Tensor> f, Tensor at) = Functions[name];
        var random = new Random(9);
        Tensor direction = Tensor.From(MatrixMaker.Gaussian(random, at.Shape[0], at.Shape[1]).ToArray()) / 20;
        Tensor other = Tensor.From(MatrixMaker.Gaussian(random, at.Shape[0], at.Shape[1]).ToArray());
        Tensor Slope(Tensor x) => (Differentiate.Gradient(f, x) * other).Sum();

        AssertSlope(t => f(at + (t * direction)), (Differentiate.Gradient(f, at) * direction).Sum().ToScalar());
        AssertSlope(t => f(at + (t * direction)), Differentiate.Tangent(f, at, direction).ToScalar());
        AssertSlope(t => Slope(at + (t * direction)), (Differentiate.Gradient(Slope, at) * direction).Sum().ToScalar());
        AssertSlope(t => Slope(at + (t * direction)), Differentiate.Tangent(Slope, at, direction).ToScalar());
    }

    [Fact]
    public void LogDeterminant_HasTheTransposedInverse() =>
        AssertEqual(Linalg.Inverse(s_general).Transpose(), Differentiate.Gradient(a => Linalg.LogDeterminant(a).LogAbsolute, s_general));

    [Fact]
    public void Gradients_OfFunctionsOfASymmetricMatrix_AreSymmetric()
    {
        foreach (Func<Tensor, Tensor> f in (Func<Tensor, Tensor>[])[a => Likelihood(a, s_weights[0]), a => (Linalg.Eigh(a).Vectors * s_weights).Sum()])
        {
            Tensor gradient = Differentiate.Gradient(f, s_definite);
            AssertEqual(gradient, gradient.Transpose());
        }
    }

    [Fact]
    public void GaussianLikelihood_InItsHyperparameters_AgreesWithDifferences()
    {
        // a Gaussian process: length scale, amplitude and noise, each by its logarithm
        var x = Tensor.From(Enumerable.Range(0, 12).Select(i => 0.4 * i).ToArray());
        Tensor y = x.Sin();
        Tensor distances = (x.Unsqueeze(1) - x.Unsqueeze(0)).Square();
        Tensor Loss(Tensor theta) => Likelihood((distances * (-2 * theta[0]).Exp() / -2).Exp() * theta[1].Exp() + (Tensor.Eye(12) * theta[2].Exp()), y);
        var at = Tensor.From([0.2, 0.1, -3.0]);
        Tensor gradient = Differentiate.Gradient(Loss, at);
        double[][] hessian = Differentiate.Hessian(Loss, at);
        for (int i = 0; i < 3; i++)
        {
            Tensor unit = Tensor.Eye(3)[i] / 8;
            int row = i;
            AssertSlope(t => Loss(at + (t * unit)), gradient[i].ToScalar() / 8);
            AssertSlope(t => Differentiate.Gradient(Loss, at + (t * unit))[0], hessian[row][0] / 8);
        }
    }

    [Fact]
    public void Batches_HaveTheDerivativesOfTheirItems()
    {
        Tensor stacked = Tensor.Stack(0, s_definite, s_definite + 0.1, s_definite * 1.5).Unsqueeze(1);
        Tensor Loss(Tensor a)
        {
            (Tensor w, Tensor v) = Linalg.Eigh(a);
            return (Linalg.Solve(a, s_weights) * s_weights).Sum() + Linalg.LogDeterminant(a).LogAbsolute.Sum() + (v * w.Unsqueeze(-2) * v).Sum()
                + Linalg.Svd(a).U.Exp().Sum() + Linalg.Qr(a).Q.Exp().Sum();
        }

        Tensor gradient = Differentiate.Gradient(Loss, stacked);
        Assert.Equal(new Shape(3, 1, 5, 5), gradient.Shape);
        for (int i = 0; i < 3; i++)
        {
            AssertEqual(Differentiate.Gradient(Loss, stacked[i, 0]), gradient[i, 0]);
        }
    }

    [Fact]
    public void Vmap_OfGradients_IsTheGradientOfEveryItem()
    {
        Tensor stacked = Tensor.Stack(0, s_definite, s_definite + 0.1, s_definite * 1.5);
        Tensor gradients = Diff.Vmap(Diff.Grad<Tensor>(a => Likelihood(a, s_weights[0])), stacked);
        for (int i = 0; i < 3; i++)
        {
            AssertEqual(Diff.Grad(a => Likelihood(a, s_weights[0]), stacked[i]), gradients[i]);
        }
    }

    [Fact]
    public void ValuesOfRepeatedEigenvalues_HaveFirstDerivatives()
    {
        Tensor unit = Tensor.Eye(3);
        Tensor skewed = s_definite[..3, ..3];

        AssertEqual(2 * unit, Differentiate.Gradient(a => Linalg.EigenvaluesSymmetric(a).Square().Sum(), unit));
        AssertEqual(unit, Differentiate.Gradient(a => Linalg.SingularValues(a).Sum(), unit));
        Assert.Equal(skewed.Diagonal().Sum().ToScalar(), Differentiate.Tangent(a => Linalg.EigenvaluesSymmetric(a).Sum(), unit, skewed).ToScalar(), Tolerance);
        AssertEqual(Tensor.Zeros([3, 3]), Differentiate.Gradient(a => Linalg.EigenvaluesSymmetric(a).Square().Sum(), Tensor.Zeros([3, 3])));
    }

    [Theory]
    [InlineData(new double[] { 1, 2, 2, 4 }, new double[] { 4, -2, -2, 1 })]
    [InlineData(new double[] { 0, 0, 0, 0 }, new double[] { 0, 0, 0, 0 })]
    [InlineData(new double[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 }, new double[] { -3, 6, -3, 6, -12, 6, -3, 6, -3 })]
    [InlineData(new double[] { 1, 2, 3, 2, 4, 6, 3, 6, 9 }, new double[] { 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(new double[] { 0, 1, 0, 0 }, new double[] { 0, 0, -1, 0 })]
    public void Determinant_OfASingularMatrix_HasItsCofactorsAsGradient(double[] elements, double[] cofactors)
    {
        int n = (int)Math.Sqrt(elements.Length);
        Tensor gradient = Differentiate.Gradient(Linalg.Determinant, Tensor.From(elements, new Shape(n, n)));

        // n ε times a product of n − 1 singular values
        double tolerance = 8 * n * DType.Float64.Epsilon() * Math.Pow(elements.Max(), n - 1) * n;
        Assert.All(cofactors.Zip(gradient.ToArray<double>()), pair => Assert.InRange(pair.Second - pair.First, -tolerance, tolerance));
    }

    [Fact]
    public void EmptyMatrices_HaveDerivativesWithoutElements()
    {
        foreach (Shape shape in (Shape[])[[0, 0], [3, 0, 0], [0, 2, 2]])
        {
            Tensor empty = Tensor.Zeros(shape);
            Func<Tensor, Tensor>[] functions =
            [
                a => Linalg.Cholesky(a).Sum(), a => Linalg.Inverse(a).Sum(), a => Linalg.Determinant(a).Sum(), a => Linalg.LogDeterminant(a).LogAbsolute.Sum(),
                a => Linalg.Qr(a).Q.Sum(), a => Linalg.Eigh(a).Vectors.Sum(), a => Linalg.Svd(a).U.Sum(), a => Linalg.Solve(a, a).Sum(),
            ];
            Assert.All(functions, f => Assert.Equal(shape, Differentiate.Gradient(f, empty).Shape));
        }

        Assert.Equal(1, Linalg.Determinant(Tensor.Zeros([0, 0])).ToScalar());
        Assert.Equal((1, 0), (Linalg.LogDeterminant(Tensor.Zeros([0, 0])).Sign.ToScalar(), Linalg.LogDeterminant(Tensor.Zeros([0, 0])).LogAbsolute.ToScalar()));
    }

    // −ln N(y; 0, A) without its constant
    private static Tensor Likelihood(Tensor a, Tensor y)
    {
        Tensor l = Linalg.Cholesky(a);
        return (Linalg.SolveTriangular(l, y, lower: true).Square().Sum() / 2) + l.Diagonal().Log().Sum();
    }

    private static void AssertSlope(Func<double, Tensor> f, double slope)
    {
        (double[] derivative, double[] bound) = Richardson.Derivative(t => [f(t).ToScalar()]);
        double scale = Math.Max(1, Math.Abs(derivative[0]));
        Assert.True(bound[0] <= Tolerance * scale, $"differences hold to {bound[0]} only");
        Assert.InRange(slope - derivative[0], -Tolerance * scale, Tolerance * scale);
    }

    private static void AssertEqual(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.All(expected.ToArray<double>().Zip(actual.ToArray<double>()), pair => Assert.InRange(pair.Second - pair.First, -Tolerance, Tolerance));
    }
}
