using Hyperdiff.Backends.Cpu;
using Hyperdiff.Backends.Cpu.Lapack;
using Hyperdiff.Backends.Reference;
using Hyperdiff.Decompositions;
using Hyperdiff.Fixtures.Problems;
using Hyperdiff.Tests.Backends.Cpu.MatrixProducts;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.Backends.Cpu.Lapack;

/// <summary>The native kernels give what the definitions do: the same factors, and the same errors.</summary>
public sealed class LapackKernelsTests
{
    // above the size at which the definitions end
    private const int Size = 96 + 9;

    private static readonly Lazy<CpuBackend> s_backend = new(() => CpuBackend.WithThreads(1, "openblas"));
    private static readonly Matrix<double> s_definite = MatrixMaker.PositiveDefinite(new Random(1), Size, 1, 20);
    private static readonly Matrix<double> s_general = MatrixMaker.Gaussian(new Random(2), Size, Size) + (20 * Matrix<double>.Build.DenseIdentity(Size));

    [NativeFact]
    public void Kernels_AreThoseOfTheLibrary() => Assert.IsType<LapackKernels<double>>(s_backend.Value.Resources.MatrixKernels);

    [NativeFact]
    public void Kernels_AreThoseOfTheLibraryWhateverMultiplies() =>
        Assert.IsType<LapackKernels<double>>(CpuBackend.WithThreads(1, string.Empty).Resources.MatrixKernels);

    [Fact]
    public void ManagedBackend_UsesProducts() => Assert.IsType<BlockedKernels<double>>(CpuBackend.WithThreads(1, "managed").Resources.MatrixKernels);

    [NativeFact]
    public void Factors_AreThoseOfTheDefinition()
    {
        Tensor general = Tensor.From(s_general.ToArray());
        Tensor batch = Tensor.Stack(0, general, general.Transpose());
        Tensor definite = Tensor.From(s_definite.ToArray());
        AssertSame(Cholesky.Instance, 20, definite);
        AssertSame(Determinant.Instance, Size, batch / 20);
        AssertSame(LogDeterminant.Instance, 1, -batch);
        AssertSame(Cofactors.Instance, Size, definite / 5);
        AssertSame(Qr.Instance, 20, general);
        foreach (bool transposed in (bool[])[false, true])
        {
            AssertSame(new MatrixSolve(transposed), 5, batch, batch * batch, LuFactors.Instance.Apply(batch)[0]);
            AssertSame(new MatrixSolve(transposed), 5, general, general[.., ..1], LuFactors.Instance.Apply(general)[0]);
            foreach (bool lower in (bool[])[false, true])
            {
                AssertSame(new TriangularSolve(lower, transposed), 20, general, general * general);
                AssertSame(new TriangularSolve(lower, transposed, UnitDiagonal: true), 20, general / 100, general);
            }
        }
    }

    [NativeFact]
    public void LuFactors_AreThoseOfTheDefinition()
    {
        const int Many = Size + 150;
        double[] matrix = MatrixMaker.Gaussian(new Random(4), Many, Many).ToRowMajorArray();
        matrix.AsSpan(5 * Many, Many).Clear();
        (double[] expected, double[] actual) = ([.. matrix], [.. matrix]);
        (int[] expectedExchanges, int[] actualExchanges) = (new int[Many], new int[Many]);
        DefiningKernels<double>.Instance.FactorLu(expected, expectedExchanges);
        s_backend.Value.Resources.MatrixKernels.FactorLu(actual, actualExchanges);

        // n ε times the growth of the elements, and the sensitivity of the factors, each below n here
        double tolerance = Many * Many * DType.Float64.Epsilon() * expected.Max(Math.Abs);
        Assert.Equal(expectedExchanges, actualExchanges);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second - pair.First, -tolerance, tolerance));
    }

    [NativeFact]
    public void SpectralFactors_AreThoseOfTheDefinition()
    {
        // the spectrum is evenly spaced, so that vectors are determined to about n ε times its length over the spacing
        Matrix<double> other = s_definite * MatrixMaker.Gaussian(new Random(3), Size, Size).QR().Q;
        AssertSame(SymmetricEigen.Instance, Size, Tensor.From(s_definite.ToArray()));
        AssertSame(Svd.Instance, Size, Tensor.From(other.ToArray()));
        AssertSame(Svd.Instance, Size, Tensor.From(other.ToArray()).Pad([0, 0], [7, 0]));
        AssertSame(Svd.Instance, Size, Tensor.From(other.ToArray()).Pad([0, 0], [0, 7]));
    }

    [NativeFact]
    public void Errors_AreThoseOfTheDefinition()
    {
        Tensor general = Tensor.From(s_general.ToArray());
        AssertSameFailure(LinearAlgebraFailure.NotPositiveDefinite, Cholesky.Instance, Tensor.From(s_definite.ToArray()) - (9.5 * Tensor.Eye(Size)));
        AssertSameFailure(LinearAlgebraFailure.Singular, LuFactors.Instance, general * (1 - Tensor.Eye(Size)[17]));
        AssertSameFailure(LinearAlgebraFailure.NonFiniteInput, SymmetricEigen.Instance, general / (1 - Tensor.Eye(Size)[17]));
    }

    // to n ε, relative to the largest element, times what the function amplifies
    private static void AssertSame(MatrixPrimitive primitive, double amplification, params Tensor[] operands)
    {
        Tensor[] expected = primitive.Execute(ReferenceBackend.Instance, operands);
        Tensor[] actual = primitive.Execute(s_backend.Value, operands);
        for (int i = 0; i < expected.Length; i++)
        {
            double[] wanted = expected[i].ToArray<double>();
            double tolerance = Size * amplification * DType.Float64.Epsilon() * wanted.Max(Math.Abs);
            Assert.All(wanted.Zip(actual[i].ToArray<double>()), pair => Assert.InRange(pair.Second - pair.First, -tolerance, tolerance));
        }
    }

    private static void AssertSameFailure(LinearAlgebraFailure failure, MatrixPrimitive primitive, params Tensor[] operands)
    {
        LinearAlgebraException expected = Assert.Throws<LinearAlgebraException>(() => primitive.Execute(ReferenceBackend.Instance, operands));
        LinearAlgebraException actual = Assert.Throws<LinearAlgebraException>(() => primitive.Execute(s_backend.Value, operands));

        Assert.Equal((failure, failure), (expected.Failure, actual.Failure));
        Assert.Equal(expected.Position, actual.Position);
    }
}
