using Hyperdiff.Fixtures.Problems;
using Hyperdiff.Tests.Primitives;

namespace Hyperdiff.Tests.Decompositions;

/// <summary>
/// Derivatives at and near equal eigenvalues and singular values. Functions that are symmetric in them are smooth there, and have closed forms by other ways
/// than a decomposition: Σ w² is the sum of squares of the
/// matrix. What has no derivative is refused or NaN.
/// </summary>
public sealed class TiedSpectrumTests
{
    // the limit at a tie is off by a multiple of the gap, the quotient by ε over it: at worst at a gap of √ε, by a few √ε
    private static readonly double s_tolerance = 50 * Math.Sqrt(DType.Float64.Epsilon());

    private static readonly Tensor s_turn = Linalg.Qr(Tensor.From(MatrixMaker.Gaussian(new Random(5), 4, 4).ToArray())).Q;
    private static readonly Tensor s_direction = Tensor.From(MatrixMaker.Gaussian(new Random(6), 4, 4).ToArray());

    /// <summary>Gaps from none over all sizes of rounding to a clear one.</summary>
    public static TheoryData<double> Gaps => [0, 1e-16, 4e-16, 1e-15, 3e-15, 1e-14, 1e-13, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-4, 1e-2];

    [Theory]
    [MemberData(nameof(Gaps))]
    public void SymmetricFunctionsOfEigenvalues_HaveTheSecondDerivativesOfTheirMatrixForms(double gap)
    {
        foreach (double[] spectrum in (double[][])[[1, 1 + gap, 3, 4], [1, 1 + gap, 1 + (2 * gap), 4], [1, 1 + gap, 4, 4 + gap],
            [1, 1 + gap, 1 + (3 * gap), 1 + (7 * gap)]])
        {
            foreach (Tensor turn in (Tensor[])[Tensor.Eye(4), s_turn])
            {
                Tensor a = (turn * Tensor.From(spectrum)).MatMul(turn.Transpose());
                Check(x => Linalg.EigenvaluesSymmetric(x).Square().Sum(), x => Symmetric(x).Square().Sum(), a);
                Check(x => Linalg.EigenvaluesSymmetric(x).Pow(3).Sum(), x => Symmetric(x).MatMul(Symmetric(x)).MatMul(Symmetric(x)).Diagonal().Sum(), a);
                Check(x => Linalg.EigenvaluesSymmetric(x).Log().Sum(), x => Linalg.LogDeterminant(Symmetric(x)).LogAbsolute, a);
                Check(x => (1 / Linalg.EigenvaluesSymmetric(x)).Sum(), x => Linalg.Inverse(Symmetric(x)).Diagonal().Sum(), a);
                Check(x => Linalg.EigenvaluesSymmetric(x).Square().Sum().Sqrt(), x => Symmetric(x).Square().Sum().Sqrt(), a);
                Check(x => Linalg.EigenvaluesSymmetric(x).Prod(), x => Linalg.Determinant(Symmetric(x)), a);
                Check(x => Linalg.EigenvaluesSymmetric(x).Sum().Square(), x => x.Diagonal().Sum().Square(), a);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Gaps))]
    public void SymmetricFunctionsOfSingularValues_HaveTheSecondDerivativesOfTheirMatrixForms(double gap)
    {
        foreach (double[] spectrum in (double[][])[[1, 1 + gap, 3, 4], [1, 1 + gap, 1 + (2 * gap), 4], [4, 4, 1, 1 + gap]])
        {
            foreach (Tensor a in (Tensor[])[(s_turn * Tensor.From(spectrum)).MatMul(s_turn), (s_turn * Tensor.From(spectrum))[..3],
                (s_turn * Tensor.From(spectrum))[.., ..3]])
            {
                Tensor Small(Tensor x) => x.Shape[0] <= x.Shape[1] ? x.MatMul(x.Transpose()) : x.Transpose().MatMul(x);
                Check(x => Linalg.SingularValues(x).Square().Sum(), x => x.Square().Sum(), a);
                Check(x => Linalg.SingularValues(x).Pow(4).Sum(), x => Small(x).Square().Sum(), a);
                Check(x => Linalg.SingularValues(x).Log().Sum(), x => Linalg.LogDeterminant(Small(x)).LogAbsolute / 2, a);
            }
        }
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(4, 3)]
    [InlineData(2, 4)]
    public void SquaresOfSingularValues_AreSmoothWhereTheyAreZero(int m, int n)
    {
        Tensor flat = Tensor.From(MatrixMaker.Gaussian(new Random(7), m, n).ToArray())[.., ..1].MatMul(Tensor.Ones([1, n]));
        Check(x => Linalg.SingularValues(x).Square().Sum(), x => x.Square().Sum(), flat);
        Check(x => Linalg.SingularValues(x).Square().Sum(), x => x.Square().Sum(), Tensor.Zeros([m, n]));
    }

    [Fact]
    public void FloatsNearTies_HoldToTheirHalfOfTheDigits()
    {
        foreach (float gap in (float[])[0, 1e-7f, 1e-6f, 1e-5f, 1e-4f, 1e-3f])
        {
            Tensor a = (s_turn * Tensor.From([1.0, 1 + gap, 3, 4])).MatMul(s_turn.Transpose()).To(DType.Float32);
            Tensor direction = s_direction.To(DType.Float32);
            Tensor product = Product(x => Linalg.EigenvaluesSymmetric(x).Exp().Sum(), a, direction);
            Tensor exact = Product(x => Linalg.EigenvaluesSymmetric(x).Exp().Sum(), a.To(DType.Float64), direction.To(DType.Float64));
            AssertClose(exact, product.To(DType.Float64), 50 * Math.Sqrt(DType.Float32.Epsilon()));
        }
    }

    [Fact]
    public void ASimpleEigenvector_HasDerivativesBesideTies()
    {
        // v of the eigenvalue 4 beside 1, 1, 1: dv = (4 − A)⁺ Ȧ v
        Tensor a = (s_turn * Tensor.From([1.0, 1, 1, 4])).MatMul(s_turn.Transpose());
        Tensor v = Linalg.Eigh(a).Vectors[.., 3];
        Tensor weights = Tensor.From([0.3, -1, 2, 0.7]);
        Tensor orthogonal = weights - (v.Dot(weights) * v);
        Tensor expected = orthogonal.Unsqueeze(1) * v.Unsqueeze(0) / 3;
        Tensor gradient = Differentiate.Gradient(x => Linalg.Eigh(x).Vectors[.., 3].Dot(weights), a);
        AssertClose((expected + expected.Transpose()) / 2, gradient, s_tolerance);

        Tensor tangent = Differentiate.Tangent(x => Linalg.Eigh(x).Vectors[.., 3].Dot(weights), a, s_direction);
        Assert.Equal((gradient * s_direction).Sum().ToScalar(), tangent.ToScalar(), s_tolerance);
    }

    [Fact]
    public void TheProjectionOnTiedEigenvectors_IsThatOfTheOthers()
    {
        // vectors that can turn into each other have no derivative, the projection on all of them has; P = I − v vᵀ says the same by one that cannot
        Tensor a = (s_turn * Tensor.From([1.0, 1, 1, 4])).MatMul(s_turn.Transpose());
        Tensor Projection(Tensor vectors) => (vectors.MatMul(vectors.Transpose()) * s_direction).Sum();
        Tensor ofTied = Differentiate.Gradient(x => Projection(Linalg.Eigh(x).Vectors[.., ..3]), a);
        Assert.Throws<LinearAlgebraException>(() => Differentiate.Gradient(x => Projection(Linalg.Eigh(x).Vectors[.., ..2]), a));

        // P changes by v uᵀ + u vᵀ with u = (4 − A)⁺ Ȧ v
        Tensor v = Linalg.Eigh(a).Vectors[.., 3];
        Tensor change = Symmetric(s_direction).MatMul(v);
        Tensor u = (change - (v.Dot(change) * v)) / 3;
        double expected = (((v.Unsqueeze(1) * u) + (u.Unsqueeze(1) * v)) * s_direction).Sum().ToScalar();
        Tensor gradient = Differentiate.Gradient(x => Projection(Linalg.Eigh(x).Vectors[.., 3..]), a);
        Assert.Equal(expected, (gradient * s_direction).Sum().ToScalar(), s_tolerance);
        AssertClose(-1 * gradient, ofTied, s_tolerance);
    }

    [Fact]
    public void WhatHasNoDerivativeAtATie_IsRefused()
    {
        Tensor a = (s_turn * Tensor.From([1.0, 1, 3, 4])).MatMul(s_turn.Transpose());
        Func<Tensor, Tensor>[] functions =
        [
            x => Linalg.Eigh(x).Vectors[.., 0].Dot(s_direction[0]),
            x => { (Tensor w, Tensor v) = Linalg.Eigh(x); return (v * w).Square()[.., 1].Dot(s_direction[0]); },
        ];
        Assert.All(functions, f => Assert.Equal(LinearAlgebraFailure.Degenerate,
            Assert.Throws<LinearAlgebraException>(() => Differentiate.Gradient(f, a)).Failure));
        Assert.All(functions, f => Assert.Equal(double.NaN, Differentiate.Tangent(f, a, s_direction).ToScalar()));

        // nor has a projection that splits a tie, whichever way it is asked for
        Tensor Split(Tensor x) => (Linalg.Eigh(x).Vectors[.., ..1].MatMul(Linalg.Eigh(x).Vectors[.., ..1].Transpose()) * s_direction).Sum();
        Assert.Throws<LinearAlgebraException>(() => Differentiate.Gradient(Split, a));
        Assert.Throws<LinearAlgebraException>(() => Differentiate.Tangent(Split, a, s_direction));

        // one of two equal eigenvalues is a kink, of which the second derivative does not exist
        Assert.Throws<LinearAlgebraException>(() => Product(x => Linalg.EigenvaluesSymmetric(x)[0], a, s_direction));
        Assert.Throws<LinearAlgebraException>(() => Product(x => Linalg.SingularValues(x)[0], Tensor.Eye(3), Tensor.Ones([3, 3])));
        Assert.Throws<LinearAlgebraException>(() => Product(x => Linalg.SingularValues(x).Sum(), Tensor.Zeros([3, 3]), Tensor.Ones([3, 3])));
    }

    private static void Check(Func<Tensor, Tensor> spectral, Func<Tensor, Tensor> matrix, Tensor a)
    {
        Tensor direction = s_direction[..a.Shape[0], ..a.Shape[1]];
        AssertClose(Differentiate.Gradient(matrix, a), Differentiate.Gradient(spectral, a), s_tolerance);
        AssertClose(Product(matrix, a, direction), Product(spectral, a, direction), s_tolerance);
        Tensor Slope(Func<Tensor, Tensor> f, Tensor x) => (Differentiate.Gradient(f, x) * direction).Sum();
        AssertClose(Product(matrix, a, direction), Differentiate.Gradient(x => Slope(spectral, x), a), s_tolerance);
    }

    private static Tensor Product(Func<Tensor, Tensor> f, Tensor a, Tensor direction) => Differentiate.Tangent(x => Differentiate.Gradient(f, x), a, direction);

    private static Tensor Symmetric(Tensor x) => (x + x.Transpose()) / 2;

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        double scale = Math.Max(1, expected.Abs().Max().ToScalar());
        Assert.All(expected.ToArray<double>().Zip(actual.ToArray<double>()),
            pair => Assert.InRange(pair.Second - pair.First, -tolerance * scale, tolerance * scale));
    }
}
