namespace Hyperdiff.Tests.Primitives;

/// <summary>Empty tensors, scalars, sizes of 1, and operands that do not fit.</summary>
public sealed class ShapeTrapsTests
{
    [Fact]
    public void EmptyTensors_PassThrough()
    {
        Tensor empty = Tensor.Zeros([0, 3]).Exp();

        Assert.Equal(0, empty.Sum().ToScalar());
        Assert.Equal([0, 0, 0], empty.Sum(0).ToArray<double>());
        Assert.True(double.IsNaN(empty.Mean().ToScalar()));
        Assert.Equal(new Shape(0, 3), Differentiate.Gradient(x => x.Exp().Sum(), empty).Shape);
        Assert.Equal(new Shape(2, 3), Tensor.Concat(0, empty, Tensor.Ones([2, 3])).Shape);
        Assert.Equal(new Shape(0, 4), empty.MatMul(Tensor.Ones([3, 4])).Shape);
        Assert.Equal([0, 0], Tensor.From(Array.Empty<double>(), [2, 0]).MatMul(Tensor.Ones([0, 1])).ToArray<double>());
        Assert.Equal(new Shape(0), empty.Max(1).Shape);
        Assert.Contains("[0, 3]", Assert.Throws<ShapeMismatchException>(() => empty.Max(0)).Message, StringComparison.Ordinal);
        Assert.Equal(new Shape(0, 3), Tensor.Ones([2, 3]).TakeRows(Tensor.Zeros([0], DType.Int32)).Shape);
    }

    [Fact]
    public void Scalars_HaveNoAxes()
    {
        var scalar = Tensor.Scalar(2);

        Assert.Equal(2, scalar.Sum().ToScalar());
        Assert.Equal(2, scalar.Max().ToScalar());
        Assert.Equal(Shape.Scalar, (scalar * scalar).Shape);
        Assert.Equal([2.0], scalar.Flatten().ToArray<double>());
        Assert.Equal(0, scalar.ArgMax().ToScalar());
        Assert.Equal(4, Differentiate.Gradient(x => x * x, scalar).ToScalar());
        Assert.Equal(2, scalar[[]].ToScalar());
        Assert.Throws<ArgumentException>(() => scalar[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => scalar.Sum(0));
        Assert.Contains("Stack", Assert.Throws<ShapeMismatchException>(() => Tensor.Concat(0, scalar, scalar)).Message, StringComparison.Ordinal);
        Assert.Equal([2.0, 3.0], Tensor.Stack(0, scalar, scalar + 1).ToArray<double>());
    }

    [Fact]
    public void AxesOfSizeOne_StretchAndSumBack()
    {
        var column = Tensor.From(new double[,] { { 1 }, { 2 } });
        var row = Tensor.From(new double[,] { { 10, 20, 30 } });

        Assert.Equal([11, 21, 31, 12, 22, 32], (column + row).ToArray<double>());
        Assert.Equal([60, 60], Differentiate.Gradient(x => (x * row).Sum(), column).ToArray<double>());
        Assert.Equal(new Shape(2, 1), Differentiate.Gradient(x => (x * row).Sum(), column).Shape);
        Assert.Equal([3, 3, 3], Differentiate.Gradient(x => (x * column).Sum(), row).ToArray<double>());
        Assert.Equal(0, column[..1].Var().ToScalar());
        Assert.Equal([1.0], column[..1].Softmax().ToArray<double>());
        Assert.Equal([0.0], Differentiate.Gradient(x => x.LogSoftmax().Sum(), column[..1]).ToArray<double>());
    }

    [Fact]
    public void MixedElementTypes_ThrowWithTheRemedy()
    {
        var single = Tensor.From([1f, 2f]);
        var doubles = Tensor.From([1.0, 2.0]);

        foreach (Func<Tensor> mixed in new Func<Tensor>[]
        {
            () => single + doubles, () => single.MatMul(doubles), () => single < doubles, () => single.Pow(doubles), () => Tensor.Concat(0, single, doubles),
            () => Tensor.Where(single > 0, single, doubles),
        })
        {
            string message = Assert.Throws<DTypeMismatchException>(mixed).Message;
            Assert.Contains("float32", message, StringComparison.Ordinal);
            Assert.Contains("float64", message, StringComparison.Ordinal);
            Assert.Contains("To(DType.Float32)", message, StringComparison.Ordinal);
        }

        Assert.Equal(DType.Float32, (1.5 * single + 0.1).DType);
        Assert.Contains("Exp", Assert.Throws<DTypeMismatchException>(() => Tensor.Arange(3).Exp()).Message, StringComparison.Ordinal);
        Assert.Contains("mask", Assert.Throws<DTypeMismatchException>(() => Tensor.Where(doubles, doubles, doubles)).Message, StringComparison.Ordinal);
        Assert.Contains("comparison", Assert.Throws<DTypeMismatchException>(() => doubles & doubles).Message, StringComparison.Ordinal);
        Assert.Contains("int32", Assert.Throws<DTypeMismatchException>(() => doubles.Take(doubles)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Add")]
    [InlineData("Power")]
    [InlineData("Less")]
    [InlineData("Maximum")]
    [InlineData("Where")]
    public void ShapesThatDoNotBroadcast_ThrowNamingOperationBothShapesAndRule(string operation)
    {
        var x = Tensor.Ones([2, 3]);
        var y = Tensor.Ones([4]);
        string message = Assert.Throws<ShapeMismatchException>(() => operation switch
        {
            "Add" => x + y,
            "Power" => x.Pow(y),
            "Less" => x < y,
            "Maximum" => x.Maximum(y),
            _ => Tensor.Where(x > 0, y, 0),
        }).Message;

        Assert.StartsWith($"{operation}: shapes [2, 3] and [4] do not broadcast: aligned at the last axis, sizes must agree or one of them be 1", message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void MisfitsOfShapingOperations_ThrowNamingShapes()
    {
        var x = Tensor.Ones([2, 3]);

        Assert.Contains("[2, 3]", Assert.Throws<ShapeMismatchException>(() => x.Reshape(4)).Message, StringComparison.Ordinal);
        Assert.Contains("[2, 3]", Assert.Throws<ShapeMismatchException>(() => x.Reshape(4, -1)).Message, StringComparison.Ordinal);
        Assert.Contains("size 3", Assert.Throws<ShapeMismatchException>(() => x.Squeeze(1)).Message, StringComparison.Ordinal);
        Assert.Contains("[1, 1]", Assert.Throws<ShapeMismatchException>(() => x.Split(1, 1, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("[3, 2]", Assert.Throws<ShapeMismatchException>(() => Tensor.Concat(0, x, Tensor.Ones([3, 2]))).Message, StringComparison.Ordinal);
        Assert.Contains("[3, 2]", Assert.Throws<ShapeMismatchException>(() => Tensor.Stack(0, x, Tensor.Ones([3, 2]))).Message, StringComparison.Ordinal);
        Assert.Contains("[2]", Assert.Throws<ShapeMismatchException>(() => x.Gather(Tensor.Arange(2))).Message, StringComparison.Ordinal);
        Assert.Contains("MatMul", Assert.Throws<ShapeMismatchException>(() => x.Dot(x)).Message, StringComparison.Ordinal);
        Assert.Contains("twice", Assert.Throws<ArgumentException>(() => x.Sum([0, -2])).Message, StringComparison.Ordinal);
        Assert.Contains("-2..1", Assert.Throws<ArgumentOutOfRangeException>(() => x.Sum(2)).Message, StringComparison.Ordinal);
        Assert.Contains("2 counts", Assert.Throws<ArgumentException>(() => x.Pad([1], [1])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    public void IndexOutsideOfTheAxis_ThrowsNamingIndexAndSize(int index)
    {
        var x = Tensor.Ones([3, 2]);
        var indices = Tensor.From([0, index]);

        foreach (Func<Tensor> action in new Func<Tensor>[]
        {
            () => x.TakeRows(indices), () => x.Transpose().Gather(indices.Unsqueeze(-1)), () => x[..2].ScatterAdd(indices, 3), () => indices.OneHot(3),
            () => x.Take(Tensor.Full([2], index, DType.Int32)),
        })
        {
            string message = Assert.Throws<ArgumentOutOfRangeException>(action).Message;
            Assert.Contains($"index {index} is outside an axis of size 3", message, StringComparison.Ordinal);
        }
    }
}
