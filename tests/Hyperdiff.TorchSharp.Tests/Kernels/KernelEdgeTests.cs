using Hyperdiff.Backends.Reference;
using Hyperdiff.Decompositions;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.TorchSharp.Tests.Kernels;

/// <summary>What kernels do with operands that are not ordinary.</summary>
public sealed class KernelEdgeTests
{
    private static readonly double[] s_odd = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, -0.0, 1, -1, 3.5, 1e300, -1e300, 1e-310, 2];

    public static TheoryData<string> Reductions => [.. ReductionsOf().Select(reduction => reduction.ToString())];

    // rows of three of the odd numbers, every combination
    [Theory]
    [MemberData(nameof(Reductions))]
    public void Reduction_OfOddNumbers_IsItsDefinition(string name)
    {
        double[] all = [.. s_odd.SelectMany(x => s_odd.SelectMany(y => s_odd.SelectMany(z => new[] { x, y, z })))];
        Tensor rows = Tensor.From<double>(all, [all.Length / 3, 3]);
        foreach (DType dtype in (DType[])[DType.Float64, DType.Float32])
        {
            Primitive primitive = ReductionsOf().Single(reduction => reduction.ToString() == name);
            Agreement.Assert(primitive, [rows.To(dtype)], ulps: 16, scale: 1e-6);
        }
    }

    [Fact]
    public void ArgSort_KeepsEqualElements_AndPutsNaNLast()
    {
        Tensor x = Tensor.From<double>([2, double.NaN, 2, -1, double.NaN, 0, -0.0, double.PositiveInfinity, 2]);
        foreach (bool descending in (bool[])[false, true])
        {
            Agreement.Assert(new ArgSort(0, descending), [x], 0);
            Agreement.Assert(new ArgSort(0, descending), [Tensor.From([3, int.MinValue, 3, int.MaxValue, 0])], 0);
        }
    }

    [Fact]
    public void Draws_HaveTheSameBits()
    {
        var keys = Tensor.From<int>([7, -11, 0, 0, int.MinValue, int.MaxValue], [3, 2]);
        var streams = Tensor.From<int>([3, -1, 0]);
        foreach (DType target in (DType[])[DType.Int32, DType.Float32, DType.Float64])
        {
            foreach (int count in (int[])[0, 1, 2, 7, 1025, 3000])
            {
                Agreement.Assert(new RandomBits([count], target, First: -5), [keys, streams], ulps: 0);
            }
        }
    }

    [Theory]
    [InlineData(nameof(Add), int.MaxValue, 1)]
    [InlineData(nameof(Subtract), int.MinValue, 1)]
    [InlineData(nameof(Multiply), 70_000, 70_000)]
    public void WholeNumbers_ThatOverflow_AreRefusedInTheSameWords(string name, int x, int y)
    {
        Operation operation = name switch { nameof(Add) => Add.Instance, nameof(Subtract) => Subtract.Instance, _ => Multiply.Instance };
        AssertSameFailure<OverflowException>(operation, Tensor.From([1, x]), Tensor.From([1, y]));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(2147483648.0)]
    [InlineData(-2147483649.0)]
    public void Conversion_OfWhatInt32DoesNotHold_IsRefusedInTheSameWords(double number) =>
        AssertSameFailure<OverflowException>(new Hyperdiff.Primitives.Convert(DType.Int32), Tensor.From([1.5, number]));

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void Index_OutsideTheAxis_IsRefusedInTheSameWords(int index)
    {
        Tensor x = Tensor.Ones([3, 2]), indices = Tensor.From([0, index]);
        AssertSameFailure<ArgumentOutOfRangeException>(new Take(0), x, indices);
        AssertSameFailure<ArgumentOutOfRangeException>(new ScatterAdd(0, 3), Tensor.Ones([2, 2]), indices);
        AssertSameFailure<ArgumentOutOfRangeException>(new OneHot(3, DType.Float64), indices);
        AssertSameFailure<ArgumentOutOfRangeException>(new SparseMatMul(3), Tensor.Ones([2]), indices, Tensor.From([0, 1, 2]), Tensor.Ones([3, 1]));
    }

    [Theory]
    [InlineData(1, 1, 2)]
    [InlineData(0, 2, 1)]
    [InlineData(0, 1, 1)]
    public void Pointers_ThatAreNone_AreRefusedInTheSameWords(int first, int second, int third) => AssertSameFailure<ArgumentException>(
        new SparseMatMul(3), Tensor.Ones([2]), Tensor.From([0, 1]), Tensor.From([first, second, third]), Tensor.Ones([3, 1]));

    [Fact]
    public void Matrices_ThatAreSingular_AreRefusedInTheSameWords()
    {
        Tensor singular = Tensor.From<double>([1, 2, 2, 4], [2, 2]), indefinite = Tensor.From<double>([1, 2, 2, 1], [2, 2]), b = Tensor.Ones([2, 1]);
        Tensor infinite = Tensor.From<double>([1, 2, double.NaN, 1], [2, 2]);
        AssertSameFailure<LinearAlgebraException>(LuFactors.Instance, singular);
        AssertSameFailure<LinearAlgebraException>(Cholesky.Instance, singular);
        AssertSameFailure<LinearAlgebraException>(Cholesky.Instance, indefinite);
        AssertSameFailure<LinearAlgebraException>(Cholesky.Instance, infinite);
        AssertSameFailure<LinearAlgebraException>(LuFactors.Instance, infinite);
        AssertSameFailure<LinearAlgebraException>(Svd.Instance, infinite);
        AssertSameFailure<LinearAlgebraException>(new TriangularSolve(Lower: true), infinite, b);
        AssertSameFailure<LinearAlgebraException>(new TriangularSolve(Lower: false), Tensor.From<double>([1, 2, 2, 0], [2, 2]), b);
        Agreement.Assert(Determinant.Instance, [singular], 4, scale: 4);
        Agreement.Assert(LogDeterminant.Instance, [singular], 4);
        Agreement.Assert(new TriangularSolve(Lower: false), [infinite, b], 4);
    }

    [Theory]
    [InlineData(1, 7)]
    [InlineData(5, 5)]
    [InlineData(30, 40)]
    public void Decompositions_OfBatches_AreTheirDefinitions(int rows, int columns)
    {
        var key = RandomKey.FromSeed(5);
        Tensor a = key.Normal([3, rows, columns]), square = a.MatMul(a.Transpose()) + Tensor.Eye(rows), b = key.Fold(1).Normal([3, rows, 2]);

        // by condition numbers of up to 10⁴
        double ulps = 1e4 * rows;
        Agreement.Assert(Svd.Instance, [a], ulps, 1);
        Agreement.Assert(SymmetricEigen.Instance, [square], ulps, 10);
        Agreement.Assert(Cholesky.Instance, [square], ulps, 1);
        Agreement.Assert(LogDeterminant.Instance, [square], ulps, 1);
        Agreement.Assert(new MatrixSolve(true), [square, b, LuFactors.Instance.Apply(square)[0]], ulps, 1);
        Agreement.Assert(Qr.Instance, [a.Transpose()], ulps, 1);
    }

    private static Operation[] ReductionsOf() =>
    [
        new Sum([1]), new Max([1]), new Min([1]), new EuclideanNorm([1]), new PowerNorm(3, [1]), new PowerNorm(1.5, [1]), new OffsetNorm([1], 0.3),
        new Softmax(1), new LogSoftmax(1), new LogSumExp(1), new ArgMax(1), new ArgMin(1),
    ];

    private static void AssertSameFailure<T>(Primitive primitive, params Tensor[] operands)
        where T : Exception
    {
        T expected = Assert.ThrowsAny<T>(() => ReferenceBackend.Instance.Execute(primitive, operands));
        Assert.Equal(expected.Message, Assert.ThrowsAny<T>(() => Agreement.OnTorch(primitive, operands)).Message);
    }
}
