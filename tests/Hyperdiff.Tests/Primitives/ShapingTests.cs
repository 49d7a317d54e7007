namespace Hyperdiff.Tests.Primitives;

public sealed class ShapingTests
{
    private static readonly Tensor s_x = Tensor.Arange(12).To(DType.Float64).Reshape(3, 4);

    [Fact]
    public void Flatten_JoinsAxes()
    {
        Assert.Equal(new Shape(24), Tensor.Ones([2, 3, 4]).Flatten().Shape);
        Assert.Equal(new Shape(2, 12), Tensor.Ones([2, 3, 4]).Flatten(1).Shape);
        Assert.Equal(new Shape(6, 4), Tensor.Ones([2, 3, 4]).Flatten(0, 1).Shape);
        Assert.Equal(new Shape(0), Tensor.Ones([0, 4]).Flatten().Shape);
    }

    [Fact]
    public void SqueezeAndUnsqueeze_RemoveAndAddAxesOfSizeOne()
    {
        Assert.Equal(new Shape(3, 4), Tensor.Ones([1, 3, 1, 4]).Squeeze().Shape);
        Assert.Equal(new Shape(1, 3, 4), Tensor.Ones([1, 3, 1, 4]).Squeeze(-2).Shape);
        Assert.Equal(new Shape(3, 1, 4), s_x.Unsqueeze(1).Shape);
        Assert.Equal(new Shape(3, 4, 1), s_x.Unsqueeze(-1).Shape);
        Assert.Equal(new Shape(1, 3, 4), s_x.Unsqueeze(-3).Shape);
        Assert.Throws<ArgumentOutOfRangeException>(() => s_x.Unsqueeze(3));
    }

    [Fact]
    public void ConcatAndSplit_UndoEachOther()
    {
        Tensor[] parts = s_x.Split(1, 1, 0, 3);

        Assert.Equal([1, 0, 3], parts.Select(part => part.Shape[1]));
        Assert.Equal(s_x.ToArray<double>(), Tensor.Concat(1, parts).ToArray<double>());
        Assert.Equal([0.0, 4, 8], parts[0].Flatten().ToArray<double>());
    }

    [Fact]
    public void Stack_PutsTensorsSideBySide()
    {
        var a = Tensor.From([1.0, 2.0]);
        var b = Tensor.From([3.0, 4.0]);

        Assert.Equal([1.0, 2, 3, 4], Tensor.Stack(0, a, b).ToArray<double>());
        Assert.Equal([1.0, 3, 2, 4], Tensor.Stack(-1, a, b).ToArray<double>());
        Assert.Equal(new Shape(2, 3, 2, 4), Tensor.Stack(2, Tensor.Ones([2, 3, 4]), Tensor.Ones([2, 3, 4])).Shape);
    }

    [Fact]
    public void Slice_TakesEveryKthElement()
    {
        Assert.Equal([0.0, 2, 4, 6, 8, 10], s_x.Slice(1, 0, 4, 2).ToArray<double>());
        Assert.Equal([4.0, 5, 6, 7], s_x.Slice(0, 1, 2).ToArray<double>());
        Assert.Throws<ArgumentOutOfRangeException>(() => s_x.Slice(0, 1, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => s_x.Slice(0, 0, 3, 0));
    }

    [Fact]
    public void Pad_SurroundsWithANumber()
    {
        Tensor padded = s_x[..1, ..2].Pad([1, 0], [0, 1], value: 7);

        Assert.Equal(new Shape(2, 3), padded.Shape);
        Assert.Equal([7.0, 7, 7, 0, 1, 7], padded.ToArray<double>());
        Assert.Equal([double.PositiveInfinity, 5.0], Tensor.From([5.0]).Pad([1], [0], double.PositiveInfinity).ToArray<double>());
        Assert.Equal([7.0, 5], Differentiate.Gradient(x => (x.Pad([1], [1], 3) * Tensor.From([1.0, 7, 5, 1])).Sum(), Tensor.From([2.0, 2])).ToArray<double>());
        Assert.Equal([0.0, 5, 0], Tensor.From([5.0]).Pad([1], [1]).ToArray<double>());
    }

    [Fact]
    public void TakeAndScatterAdd_AlongEveryAxis()
    {
        Assert.Equal([8.0, 9, 10, 11, 0, 1, 2, 3], s_x.TakeRows(Tensor.From([2, 0])).ToArray<double>());
        Assert.Equal([3.0, 3, 7, 7, 11, 11], s_x.Take(Tensor.From([3, 3]), axis: -1).ToArray<double>());
        Assert.Equal(new Shape(2, 2, 4), s_x.Take(Tensor.From(new int[,] { { 0, 1 }, { 2, 2 } })).Shape);
        Assert.Equal([4.0, 1, 10, 3], s_x.Gather(Tensor.From(new int[,] { { 1, 0, 2, 0 } }), axis: 0).ToArray<double>());
        Assert.Equal([12.0, 15, 18, 21, 0, 0, 0, 0], s_x.ScatterAdd(Tensor.From([0, 0, 0]), 2).ToArray<double>());
        Assert.Equal([0.0, 0, 1, 1, 0, 0], Tensor.From([2, 0]).OneHot(3).ToArray<double>());
    }
}
