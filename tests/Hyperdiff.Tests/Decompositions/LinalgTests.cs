using Hyperdiff.Fixtures.Problems;
using Hyperdiff.Graphs;
using Hyperdiff.Tests.Primitives;

namespace Hyperdiff.Tests.Decompositions;

/// <summary>Shapes, and matrices for which there is no result.</summary>
public sealed class LinalgTests
{
    private static readonly Tensor s_singular = Tensor.From(new double[,] { { 1, 2, 3 }, { 4, 5, 6 }, { 7, 8, 9 } });
    private static readonly Tensor s_regular = Tensor.From(new double[,] { { 2, 1 }, { 1, 3 } });
    private static readonly Tensor s_indefinite = Tensor.From(new double[,] { { 1, 2 }, { 2, 1 } });

    public static TheoryData<string> Square => [nameof(Linalg.Cholesky), nameof(Linalg.Solve), nameof(Linalg.SolveTriangular), nameof(Linalg.Determinant),
        nameof(Linalg.LogDeterminant), nameof(Linalg.Eigh)];

    [Fact]
    public void Solve_TakesVectorsAndMatrices_AndBroadcastsLeadingAxes()
    {
        var b = Tensor.From([5.0, 10]);

        AssertClose([1.0, 3], Linalg.Solve(s_regular, b));
        Assert.Equal(new Shape(2, 1), Linalg.Solve(s_regular, b.Unsqueeze(1)).Shape);
        Assert.Equal(new Shape(4, 3, 2, 5), Linalg.Solve(s_regular.BroadcastTo([3, 2, 2]), Tensor.Ones([4, 1, 2, 5])).Shape);
        Assert.Equal(new Shape(3, 2), Linalg.Solve(s_regular.BroadcastTo([3, 2, 2]), b).Shape);
        AssertClose([2.5, 2.5], Linalg.SolveTriangular(s_regular, b, lower: true));
        AssertClose([5.0, 5], Linalg.SolveTriangular(s_regular, b, lower: true, unitDiagonal: true));
        AssertClose([0.0, 5], Linalg.SolveTriangular(s_regular / Tensor.From([1.0, 3]), Tensor.From([2.5 / 3 * 2, 5]), lower: false));
    }

    [Fact]
    public void ATriangle_IsReadWithoutTheOther()
    {
        var a = Tensor.From(new double[,] { { 2, double.NaN }, { 1, 4 } });

        AssertClose([1.0, 0.5], Linalg.SolveTriangular(a, Tensor.From([2.0, 3]), lower: true));
        AssertClose([0.75, 0.5], Linalg.SolveTriangular(a, Tensor.From([2.0, 2]), lower: true, transpose: true));
        AssertClose([2.0, 0], Linalg.SolveTriangular(Tensor.From(new[,] { { 0, double.NaN }, { 1, 0 } }), Tensor.From([2.0, 2]), lower: true,
            unitDiagonal: true));
    }

    [Fact]
    public void ARightHandSideThatIsNotFinite_SpoilsItsOwnColumnOnly()
    {
        Tensor x = Linalg.Solve(s_regular, Tensor.From(new[,] { { 5, double.NaN }, { 10, 1 } }));

        AssertClose([1.0, 3], x[.., 0]);
        Assert.All(x[.., 1].ToArray<double>(), element => Assert.True(double.IsNaN(element)));
    }

    [Fact]
    public void ReducedFactors_HaveTheShorterSide()
    {
        foreach ((Tensor a, int m, int n) in (List<(Tensor, int, int)>)[(Tensor.Ones([2, 5, 3]), 5, 3), (Tensor.Ones([2, 3, 5]), 3, 5),
            (Tensor.Ones([2, 0, 5]), 0, 5), (Tensor.Ones([2, 5, 0]), 5, 0)])
        {
            int k = Math.Min(m, n);
            (Tensor q, Tensor r) = Linalg.Qr(a);
            (Tensor u, Tensor s, Tensor vt) = Linalg.Svd(a);
            Assert.Equal<Shape>([[2, m, k], [2, k, n], [2, m, k], [2, k], [2, k, n]], [q.Shape, r.Shape, u.Shape, s.Shape, vt.Shape]);
        }
    }

    [Fact]
    public void LogDeterminant_OfASingularMatrix_IsZeroAndMinusInfinity()
    {
        (Tensor sign, Tensor logarithm) = Linalg.LogDeterminant(Tensor.From(new double[,] { { 1, 2 }, { 2, 4 } }));

        Assert.Equal((0, double.NegativeInfinity), (sign.ToScalar(), logarithm.ToScalar()));
        Assert.Equal(0, Linalg.Determinant(Tensor.Zeros([3, 3])).ToScalar());
        Assert.Equal(-1, Linalg.LogDeterminant(s_indefinite).Sign.ToScalar());
    }

    [Fact]
    public void SingularMatrices_AreErrors_AlsoWhereRoundingHidesIt()
    {
        AssertFails(LinearAlgebraFailure.Singular, 2, "Solve: the matrix is singular to working precision: pivot 2 is",
            () => Linalg.Solve(s_singular, Tensor.Ones([3])));
        AssertFails(LinearAlgebraFailure.Singular, 1, "Solve: the matrix is singular to working precision: pivot 1 is 0,",
            () => Linalg.Inverse(s_regular * Tensor.From([1.0, 0])));
        AssertFails(LinearAlgebraFailure.Singular, 2, "pivot 2", () => Linalg.Inverse((s_singular * 0.1).To(DType.Float64)));
        AssertFails(LinearAlgebraFailure.Singular, 1, "SolveTriangular: the matrix is singular",
            () => Linalg.SolveTriangular(Tensor.From(new double[,] { { 1, 0 }, { 1, 0 } }), Tensor.Ones([2]), lower: true));
        AssertFails(LinearAlgebraFailure.Singular, 2, "pivot 2", () => Differentiate.Gradient(a => Linalg.LogDeterminant(a).LogAbsolute, s_singular));
        AssertFails(LinearAlgebraFailure.Singular, 1, "pivot 1",
            () => Differentiate.Gradient(a => Linalg.Qr(a).Q.Exp().Sum(), Tensor.From(new double[,] { { 1, 0 }, { 1, 0 }, { 0, 0 } })));
    }

    [Fact]
    public void ScaledMatrices_AreNotTakenForSingularOnes()
    {
        // condition 10⁴⁰, and every digit of the solution is right
        Tensor scaling = Tensor.From([1e-20, 1, 1e20]);
        Tensor middle = Tensor.From(new double[,] { { 2, 1, 0 }, { 1, 3, 1 }, { 0, 1, 4 } });
        Tensor a = scaling.Unsqueeze(1) * middle * scaling;
        Tensor x = Linalg.Solve(a, scaling * middle.MatMul(Tensor.From([1.0, 2, 3]))) * scaling;
        Tensor l = Linalg.Cholesky(a) / scaling.Unsqueeze(1);

        AssertClose([1.0, 2, 3], x);
        AssertClose(Linalg.Cholesky(middle).ToArray<double>(), l);
    }

    [Fact]
    public void MatricesThatAreNotDefinite_AreErrors()
    {
        AssertFails(LinearAlgebraFailure.NotPositiveDefinite, 1,
            "Cholesky: the symmetric part of the matrix is not positive definite to working precision: pivot 1 of 2", () => Linalg.Cholesky(s_indefinite));
        AssertFails(LinearAlgebraFailure.NotPositiveDefinite, 0, "add a ridge to the diagonal", () => Linalg.Cholesky(-s_regular));
        AssertFails(LinearAlgebraFailure.NotPositiveDefinite, 1, "pivot 1 of 3", () => Linalg.Cholesky(Tensor.Full([3, 3], 0.1)));
    }

    [Fact]
    public void EqualEigenvalues_HaveNoDerivativesOfVectors()
    {
        Tensor unit = Tensor.Eye(3);
        AssertFails(LinearAlgebraFailure.Degenerate, 1, "Derivative of Eigh: eigenvalues 0 and 1 are equal to rounding (1)",
            () => Differentiate.Gradient(a => Linalg.Eigh(a).Vectors.Sum(), unit));
        AssertFails(LinearAlgebraFailure.Degenerate, 1, "eigenvalues 0 and 1",
            () => Differentiate.Hessian(a => Linalg.EigenvaluesSymmetric(a.Reshape(3, 3))[0], unit.Flatten()));
        AssertFails(LinearAlgebraFailure.Degenerate, 1, "Derivative of Svd: singular values 0 and 1 are equal",
            () => Differentiate.Gradient(a => Linalg.Svd(a).U.Sum(), unit));
        AssertFails(LinearAlgebraFailure.Degenerate, 2, "singular values 1 and 2 are equal to rounding (0)",
            () => Differentiate.Gradient(a => Linalg.Svd(a).U.Exp().Sum(), Tensor.From(new double[,] { { 1, 0 }, { 1, 0 }, { 0, 0 } })));
    }

    [Fact]
    public void NaNAndInfinity_AreErrorsThatSayWhere()
    {
        foreach (double bad in (double[])[double.NaN, double.PositiveInfinity])
        {
            var a = Tensor.From(new[,] { { 1.0, 2 }, { bad, 3 } });
            foreach (Func<Tensor> f in (Func<Tensor>[])[
                () => Linalg.Cholesky(a), () => Linalg.Solve(a, a), () => Linalg.SolveTriangular(a, a, lower: true), () => Linalg.Determinant(a),
                () => Linalg.LogDeterminant(a).Sign,
                () => Linalg.Qr(a).Q, () => Linalg.Eigh(a).Values, () => Linalg.SingularValues(a),
                () => Hyperdiff.Decompositions.Cofactors.Instance.Apply(a)[0]])
            {
                AssertFails(LinearAlgebraFailure.NonFiniteInput, 1, FormattableString.Invariant($": the matrix holds {bad} at [1, 0]"), f);
            }
        }
    }

    [Fact]
    public void OfABatch_TheItemIsNamed()
    {
        Tensor batch = Tensor.Stack(0, s_regular, s_regular, s_indefinite, s_regular).Reshape(2, 2, 2, 2);
        LinearAlgebraException exception = Assert.Throws<LinearAlgebraException>(() => Linalg.Cholesky(batch));

        Assert.StartsWith("Cholesky: item 2 of the batch [2, 2]: the symmetric part", exception.Message, StringComparison.Ordinal);
        Assert.Equal((2, 1), (exception.Item, exception.Position));
    }

    [Fact]
    public void CompiledGraphs_ThrowTheSame_AndGoOnWorking()
    {
        IExecutable plan = Hyperdiff.Backends.Cpu.CpuBackend.Instance.Compile(TracedFunction.Of(x => [Linalg.Cholesky(x[0] * 2).Sum()], [s_regular]).Graph);
        Tensor expected = Linalg.Cholesky(s_regular * 2).Sum();

        Assert.Equal(expected.ToScalar(), plan.Run([s_regular])[0].ToScalar());
        AssertFails(LinearAlgebraFailure.NotPositiveDefinite, 1, "Cholesky: ", () => plan.Run([s_indefinite])[0]);
        Assert.Equal(expected.ToScalar(), plan.Run([s_regular])[0].ToScalar());
    }

    [Theory]
    [MemberData(nameof(Square))]
    public void MatricesThatAreNotSquare_AreErrors(string name)
    {
        Func<Tensor, Tensor> f = Function(name);

        string message = Assert.Throws<ShapeMismatchException>(() => f(Tensor.Ones([4, 3, 2]))).Message;
        Assert.Equal($"{name}: shape [4, 3, 2] has 3 rows and 2 columns where a square matrix is needed; for least squares use Linalg.Qr or Linalg.Svd.",
            message);
        Assert.Contains(name, Assert.Throws<DTypeMismatchException>(() => f(Tensor.Arange(4).Reshape(2, 2))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Vectors_AreNoMatrices()
    {
        var x = Tensor.From([1.0, 2]);
        foreach (Func<Tensor> f in (Func<Tensor>[])[() => Linalg.Cholesky(x), () => Linalg.Inverse(x), () => Linalg.Qr(x).Q, () => Linalg.Svd(x).U,
            () => Linalg.Eigh(x).Values, () => Linalg.Determinant(x)])
        {
            Assert.EndsWith("shape [2] is not that of a matrix or of a batch of matrices; reshape it.", Assert.Throws<ShapeMismatchException>(f).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void RightHandSidesThatDoNotFit_AreErrors()
    {
        Assert.Equal("Solve: [2, 2] · X = [3, 1]: the right-hand side needs 2 rows, and the leading axes of the matrix.",
            Assert.Throws<ShapeMismatchException>(() => Linalg.Solve(s_regular, Tensor.Ones([3]))).Message);
        Assert.StartsWith("Solve: [3, 2, 2] · X = [4, 2, 1]: needs square matrices",
            Assert.Throws<ShapeMismatchException>(() => Linalg.Solve(Tensor.Ones([3, 2, 2]), Tensor.Ones([4, 2, 1]))).Message, StringComparison.Ordinal);
        Assert.StartsWith("SolveTriangular: [2, 2] · X = []: needs",
            Assert.Throws<ShapeMismatchException>(() => Linalg.SolveTriangular(s_regular, Tensor.Scalar(1), lower: true)).Message, StringComparison.Ordinal);
        Assert.Contains("convert one: tensor.To(DType.Float64)",
            Assert.Throws<DTypeMismatchException>(() => Linalg.Solve(s_regular, Tensor.Ones([2], DType.Float32))).Message, StringComparison.Ordinal);
        Assert.StartsWith("Qr: shape [2, 3] has fewer rows",
            Assert.Throws<ShapeMismatchException>(() => Hyperdiff.Decompositions.Qr.Instance.Apply(Tensor.Ones([2, 3]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Svd_OfRankDeficientMatrices_CompletesTheVectors()
    {
        (Tensor u, Tensor s, Tensor vt) = Linalg.Svd(Tensor.Zeros([4, 3]));

        Assert.Equal([0.0, 0, 0], s.ToArray<double>());
        Assert.Equal(Tensor.Eye(3).ToArray<double>(), u.Transpose().MatMul(u).ToArray<double>());
        Assert.Equal(Tensor.Eye(3).ToArray<double>(), vt.MatMul(vt.Transpose()).ToArray<double>());
    }

    [Fact]
    public void FloatMatrices_AreComputedInDouble()
    {
        Tensor a = Tensor.From(MatrixMaker.PositiveDefinite(new Random(6), 30, 1e-3, 1).ToArray());
        Tensor single = a.To(DType.Float32);
        Tensor exact = Linalg.Inverse(single.To(DType.Float64));
        double largest = exact.Abs().Max().ToScalar();

        // one rounding, although the condition number is 10³
        Assert.All(exact.ToArray<double>().Zip(Linalg.Inverse(single).ToDoubles()),
            pair => Assert.InRange(pair.Second - pair.First, -1e-7 * largest, 1e-7 * largest));
    }

    private static Func<Tensor, Tensor> Function(string name) => name switch
    {
        nameof(Linalg.Cholesky) => Linalg.Cholesky,
        nameof(Linalg.Solve) => a => Linalg.Solve(a, a),
        nameof(Linalg.SolveTriangular) => a => Linalg.SolveTriangular(a, a, lower: true),
        nameof(Linalg.Determinant) => Linalg.Determinant,
        nameof(Linalg.LogDeterminant) => a => Linalg.LogDeterminant(a).LogAbsolute,
        nameof(Linalg.Eigh) => a => Linalg.Eigh(a).Values,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    // a few roundings, of well-conditioned systems
    private static void AssertClose(double[] expected, Tensor actual) =>
        Assert.All(expected.Zip(actual.ToArray<double>()), pair => Assert.InRange(pair.Second - pair.First, -1e-14, 1e-14));

    private static void AssertFails(LinearAlgebraFailure failure, int position, string message, Func<object> f)
    {
        LinearAlgebraException exception = Assert.Throws<LinearAlgebraException>(f);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.Equal((failure, position, 0), (exception.Failure, exception.Position, exception.Item));
    }
}
