using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.LinearSolvers;

/// <summary>Diagonal scaling where the diagonal is not known but estimated: what is noise is not scaled by.</summary>
public sealed class DiagonalPreconditionerTests
{
    private const int Size = 300;
    private const int Probes = 16;

    // off the diagonal 1 in size, on it 2: a row of the estimate has an error of √(299/16) = 4
    private static readonly Matrix<double> s_coupled = Coupled();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void NoiseOverAConstantDiagonal_IsNotScaledBy(int seed)
    {
        double[] scaling = Scaling(s_coupled, seed);

        // the spread of the estimate is its error, to √(2/300): what is kept of it, some tenths, is nowhere near 0, where 1/√d has its pole
        Assert.InRange(scaling.Max() / scaling.Min(), 1, 2);
        Assert.InRange(Scaled(s_coupled, scaling).ConditionNumber() / s_coupled.ConditionNumber(), 0, 4);
    }

    [Fact]
    public void ALeafOfTheOtherSize_IsScaledByItsMean()
    {
        // 1 and 100 for halves that are leaves: the error of the first is that of couplings to the second
        Matrix<double> scales = Matrix<double>.Build.DenseOfDiagonalVector(Vector<double>.Build.Dense(Size, i => i < Size / 2 ? 1 : 10));
        Matrix<double> matrix = scales * s_coupled * scales;
        double[] scaling = Scaling(matrix, 1, Size / 2);

        Assert.InRange(scaling[..(Size / 2)].Average() / scaling[(Size / 2)..].Average(), 2, 20);
        Assert.InRange(Scaled(matrix, scaling).ConditionNumber(), 0, matrix.ConditionNumber());
    }

    [Fact]
    public void ADiagonalThatStandsOut_IsKept()
    {
        // from 1 to 1000 beneath couplings of 1: all but the smallest entries are far above the error
        Vector<double> diagonal = Vector<double>.Build.Dense(Size, i => Math.Pow(10, 3.0 * i / (Size - 1)));
        Matrix<double> matrix = s_coupled + Matrix<double>.Build.DenseOfDiagonalVector(diagonal);
        double[] scaling = Scaling(matrix, 1);
        double exact = Math.Sqrt(matrix[0, 0] / matrix[Size - 1, Size - 1]), found = scaling[Size - 1] / scaling[0];

        Assert.InRange(found / exact, 0.5, 3);
        Assert.InRange(Scaled(matrix, scaling).ConditionNumber(), 1, matrix.ConditionNumber() / 2);
    }

    [Fact]
    public void NoProductsTooMany_AndTheSameBitsInAnotherUnit()
    {
        double[] scaling = Scaling(s_coupled, 1);
        foreach (int k in new[] { -300, -1, 1, 300 })
        {
            Assert.Equal(scaling, Scaling(Math.ScaleB(1, k) * s_coupled, 1));
        }

        Assert.Equal(Probes, ((Scaling)Preconditioner.Diagonal(Probes)).Of(Operator(s_coupled, Size))!.Products);
    }

    private static Matrix<double> Coupled()
    {
        var random = new Random(8);
        Vector<double> signs = Vector<double>.Build.Dense(Size, _ => random.Next(2) == 0 ? -1 : 1);
        return Matrix<double>.Build.DenseIdentity(Size) + signs.OuterProduct(signs);
    }

    private static double[] Scaling(Matrix<double> matrix, int seed, int first = Size) =>
        new LeafVector(((Scaling)Preconditioner.Diagonal(Probes, seed)).Of(Operator(matrix, first))!.Shared).ToArray();

    private static Matrix<double> Scaled(Matrix<double> matrix, double[] scaling)
    {
        Matrix<double> s = Matrix<double>.Build.DenseOfDiagonalArray(scaling);
        return s * matrix * s;
    }

    /// <summary>A matrix on one leaf, or on two.</summary>
    private static LinearOperator Operator(Matrix<double> matrix, int first)
    {
        Tensor dense = Dense.Of(matrix);
        return first == Size ? LinearOperator.From(v => dense.MatMul(v), new TensorType(DType.Float64, [Size]))
            : LinearOperator.From(
                v =>
                {
                    Tensor product = dense.MatMul(Tensor.Concat(0, v));
                    return [product[..first], product[first..]];
                },
                new TensorType(DType.Float64, [first]), new TensorType(DType.Float64, [Size - first]));
    }
}
