namespace Hyperdiff.Tests.Primitives;

public sealed class RearrangingTests
{
    private static readonly Tensor s_x = Tensor.Arange(6).To(DType.Float64).Reshape(2, 3);

    [Fact]
    public void Flip_ReversesAxes()
    {
        Assert.Equal([2.0, 1, 0, 5, 4, 3], s_x.Flip(1).ToArray<double>());
        Assert.Equal([5.0, 4, 3, 2, 1, 0], s_x.Flip().ToArray<double>());
        Assert.Equal(new Shape(0, 3), s_x[..0].Flip().Shape);
    }

    [Theory]
    [InlineData(1, new double[] { 2, 0, 1, 5, 3, 4 })]
    [InlineData(-1, new double[] { 1, 2, 0, 4, 5, 3 })]
    [InlineData(3, new double[] { 0, 1, 2, 3, 4, 5 })]
    [InlineData(-7, new double[] { 1, 2, 0, 4, 5, 3 })]
    public void Roll_MovesAround(int shift, double[] expected) => Assert.Equal(expected, s_x.Roll(shift, -1).ToArray<double>());

    [Fact]
    public void Tile_RepeatsTheWhole()
    {
        Assert.Equal([0.0, 1, 2, 0, 1, 2], s_x[0].Tile(2).ToArray<double>());
        Assert.Equal([0.0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5], s_x.Tile(1, 2).ToArray<double>());
        Assert.Equal(new Shape(3, 2, 3), s_x.Tile(3, 1, 1).Shape);
        Assert.Equal([2.0, 2, 2, 2, 2, 2], Differentiate.Gradient(x => x.Tile(2, 1).Sum(), s_x).ToArray<double>());
        Assert.Contains("at least 2 counts", Assert.Throws<ArgumentException>(() => s_x.Tile(2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Diagonal_OfEveryOffset()
    {
        Assert.Equal([0.0, 4], s_x.Diagonal().ToArray<double>());
        Assert.Equal([1.0, 5], s_x.Diagonal(1).ToArray<double>());
        Assert.Equal([2.0], s_x.Diagonal(2).ToArray<double>());
        Assert.Equal([3.0], s_x.Diagonal(-1).ToArray<double>());
        Assert.Empty(s_x.Diagonal(3).ToArray<double>());
        Assert.Equal([0.0, 4], s_x.Transpose().Diagonal().ToArray<double>());
        Assert.Equal(new Shape(4, 2), Tensor.Ones([4, 2, 3]).Diagonal().Shape);
        Assert.Throws<ShapeMismatchException>(() => s_x[0].Diagonal());
    }

    [Fact]
    public void DiagonalMatrix_IsUndoneByDiagonal()
    {
        Assert.Equal([3.0, 0, 0, 4], Tensor.From([3.0, 4]).DiagonalMatrix().ToArray<double>());
        foreach (int offset in new[] { -2, -1, 0, 1, 2 })
        {
            Assert.Equal(s_x.ToArray<double>(), s_x.DiagonalMatrix(offset).Diagonal(offset).ToArray<double>());
        }
    }

    [Fact]
    public void Triangles_KeepTheirDiagonals()
    {
        Assert.Equal([0.0, 0, 0, 3, 4, 0], s_x.Tril().ToArray<double>());
        Assert.Equal([0.0, 1, 0, 3, 4, 5], s_x.Tril(1).ToArray<double>());
        Assert.Equal([0.0, 0, 0, 3, 0, 0], s_x.Tril(-1).ToArray<double>());
        Assert.Equal([0.0, 1, 2, 0, 4, 5], s_x.Triu().ToArray<double>());
        Assert.Equal([0.0, 0, 2, 0, 0, 0], s_x.Triu(2).ToArray<double>());
        Assert.Equal([0.0, 0, 0, 0, 0, 0], s_x.Triu(9).ToArray<double>());
        Assert.Equal(s_x.ToArray<double>(), s_x.Tril(9).ToArray<double>());
    }
}
