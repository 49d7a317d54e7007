namespace Hyperdiff.Tests.Tensors;

public sealed class TensorFormatterTests
{
    [Fact]
    public void Show()
    {
        foreach (Tensor t in new[]
        {
            Tensor.Scalar(2.5), Tensor.From([1.0, -2.5, 1e-9]), Tensor.From(new double[,] { { 1, -2.5, 1000 }, { 0.123456789, 3, double.NaN } }),
            Tensor.Arange(24).Reshape(2, 3, 4), Tensor.Arange(100).To(DType.Float32).Reshape(10, 10), Tensor.Zeros([0, 3]), Tensor.From([true, false]),
            Tensor.Arange(1000), Tensor.Ones([2, 2, 2, 2], DType.Bool), Tensor.From([0.1f, 1f / 3]), Tensor.From([double.PositiveInfinity, 1e300, -0.0]),
            Tensor.From(new double[,] { { 0.001234, 123.4 }, { 1, 0 } }),
        })
        {
            Console.WriteLine(t);
            Console.WriteLine();
        }
    }
}
