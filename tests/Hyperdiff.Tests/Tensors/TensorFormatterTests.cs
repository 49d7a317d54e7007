namespace Hyperdiff.Tests.Tensors;

public sealed class TensorFormatterTests
{
    [Fact]
    public void ScalarsAndVectors_StandInOneLine()
    {
        Assert.Equal("2.5  float64 []", Tensor.Scalar(2.5).ToString());
        Assert.Equal("[1, -2.5, 1E-09]  float64 [3]", Tensor.From([1, -2.5, 1e-9]).ToString());
        Assert.Equal("[0.1, 0.333333]  float32 [2]", Tensor.From([0.1f, 1f / 3]).ToString());
        Assert.Equal("[true, false]  bool [2]", Tensor.From([true, false]).ToString());
        Assert.Equal("[]  float64 [0, 3]", Tensor.Zeros([0, 3]).ToString());
        Assert.Equal("[1, 1]  float64 [2]", Tensor.Ones([2]).ToString());
    }

    [Fact]
    public void Matrices_HaveAlignedColumns() =>
        Assert.Equal(
            """
            [[       1,     -2.5,     1000],
             [0.123457,        3,      NaN]]  float64 [2, 3]
            """,
            Tensor.From(new double[,] { { 1, -2.5, 1000 }, { 0.123456789, 3, double.NaN } }).ToString());

    [Fact]
    public void FurtherAxes_AreSetApartByEmptyLines() =>
        Assert.Equal(
            """
            [[[0, 1],
              [2, 3]],

             [[4, 5],
              [6, 7]]]  int32 [2, 2, 2]
            """,
            Tensor.Arange(8).Reshape(2, 2, 2).ToString());

    [Fact]
    public void LongAxes_AreAbbreviated()
    {
        Assert.Equal("[0, 1, 2, …, 997, 998, 999]  int32 [1000]", Tensor.Arange(1000).ToString());
        Assert.Equal(
            """
            [[ 0,  1],
             [ 2,  3],
             [ 4,  5],
             …,
             [14, 15],
             [16, 17],
             [18, 19]]  int32 [10, 2]
            """,
            Tensor.Arange(20).Reshape(10, 2).ToString());
    }
}
