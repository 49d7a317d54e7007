namespace Hyperdiff.Tests.Primitives;

public sealed class PoolingTests
{
    private static readonly Tensor s_image = Tensor.From(new double[,] { { 1, 5, 2, 0 }, { 4, 3, 8, -1 }, { 7, 6, 9, 2 } });

    [Fact]
    public void MaxPool_OfKnownNumbers()
    {
        Assert.Equal([5.0, 8], s_image.MaxPool2d(2).ToArray<double>());
        Assert.Equal([5.0, 8, 8, 7, 9, 9], s_image.MaxPool2d(2, stride: 1).ToArray<double>());
        Assert.Equal([1.0, 5, 0, 7, 9, 2], s_image.MaxPool2d(2, padding: 1).ToArray<double>());
        Assert.Equal([-1.0, -2, 0, -4, -3, 1], (-s_image).MaxPool2d(2, padding: 1).ToArray<double>());
        Assert.Equal([9.0, 6], s_image.MaxPool2d(2, stride: 1, dilation: 2).ToArray<double>());
        Assert.Equal([1.0, 4, 7], s_image.MaxPool1d([3], padding: Padding.Of(2, 0), stride: 5).ToArray<double>());
        Assert.Equal([5.0, 2, 4, 8, 7, 9], s_image.MaxPool1d(2).ToArray<double>());
        Assert.Equal(new Shape(2, 1, 2, 3), Tensor.Ones([2, 2, 4, 3]).MaxPool3d([2, 2, 1]).Shape);
        Assert.True(double.IsNaN(Tensor.From([1.0, double.NaN, 3, 4]).MaxPool1d(2).ToArray<double>()[0]));
    }

    [Fact]
    public void AvgPool_OfKnownNumbers()
    {
        Assert.Equal([13.0 / 4, 9.0 / 4], s_image.AvgPool2d(2).ToArray<double>());
        Assert.Equal([1.0 / 4, 7.0 / 4, 0, 11.0 / 4, 26.0 / 4, 1.0 / 4], s_image.AvgPool2d(2, padding: 1).ToArray<double>());
        Assert.Equal([1.0, 7.0 / 2, 0, 11.0 / 2, 26.0 / 4, 1.0 / 2], s_image.AvgPool2d(2, padding: 1, countIncludePad: false).ToArray<double>());
        Assert.Equal([3.0, 1, 3.5, 3.5, 6.5, 5.5], s_image.AvgPool1d(2).ToArray<double>());
        Assert.Equal([1.0, 1], Tensor.Ones([2, 2, 2]).AvgPool3d([1, 2, 2]).ToArray<double>());
        Assert.Equal(new Shape(3, 2), s_image.AvgPool1d(3, stride: 2, padding: Padding.Same).Shape);
    }

    [Fact]
    public void Windows_OfRandomTensors_AreThoseOfALoop()
    {
        Tensor x = ConvolutionCase.Numbers([2, 3, 7, 8], 1);
        double[] values = x.ToArray<double>();
        (int k, int s, int p, int d) = (3, 2, 1, 2);
        Tensor max = x.MaxPool2d(k, s, p, d), mean = x.AvgPool2d(k, s, p, countIncludePad: false);
        var greatest = new List<double>();
        for (int c = 0; c < 6; c++)
            for (int i = 0; i < max.Shape[2]; i++)
                for (int j = 0; j < max.Shape[3]; j++)
                {
                    greatest.Add(Seen(c, i, j, d).Max());
                }

        var means = new List<double>();
        for (int c = 0; c < 6; c++)
            for (int i = 0; i < mean.Shape[2]; i++)
                for (int j = 0; j < mean.Shape[3]; j++)
                {
                    means.Add(Seen(c, i, j, 1).Average());
                }

        Assert.Equal(greatest, max.ToArray<double>());
        Assert.All(means.Zip(mean.ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, k * k * DType.Float64.Epsilon()));

        IEnumerable<double> Seen(int c, int i, int j, int dilation) =>
            from a in Enumerable.Range(0, k)
            from b in Enumerable.Range(0, k)
            let row = (i * s) + (a * dilation) - p
            let column = (j * s) + (b * dilation) - p
            where row >= 0 && row < 7 && column >= 0 && column < 8
            select values[(((c * 7) + row) * 8) + column];
    }

    [Fact]
    public void Ties_ShareTheDerivativeEqually()
    {
        Tensor x = Tensor.From([2.0, 2, 1, 2]);

        Assert.Equal([1.0 / 3, 1.0 / 3, 0, 1.0 / 3], Differentiate.Gradient(t => t.MaxPool1d(4).Sum(), x).ToArray<double>());
        Assert.Equal([0.5, 0.5, 0.5, 0.5], Differentiate.Gradient(t => t.AvgPool1d(2).Sum(), x).ToArray<double>());
    }

    [Fact]
    public void WrongInput_IsNamed()
    {
        void Throws<TException>(Action action, string message)
            where TException : Exception => Assert.Contains(message, Assert.Throws<TException>(action).Message, StringComparison.Ordinal);

        Throws<ShapeMismatchException>(() => s_image.MaxPool3d(2), "MaxPool3d: a window over 3 axes does not move along a tensor of shape [3, 4]");
        Throws<ShapeMismatchException>(() => s_image.MaxPool2d(4),
            "MaxPool2d: a kernel of 4 elements with dilation 1 does not fit into an axis of size 3, padded by 0 and 0.");
        Throws<ShapeMismatchException>(() => s_image.MaxPool2d(2, padding: 2),
            "MaxPool2d: window 0 along an axis of size 3, padded by 2 and 2, sees nothing but padding; pad less.");
        Throws<ShapeMismatchException>(() => s_image.AvgPool2d([2, 1], padding: Padding.Of(0, [0, 1])),
            "AvgPool2d: window 4 along an axis of size 4, padded by 0 and 1, sees nothing but padding");
        Throws<ArgumentOutOfRangeException>(() => s_image.AvgPool2d(0), "AvgPool2d: kernel (0) has a number below 1.");
        Throws<ArgumentException>(() => s_image.MaxPool1d([2, 2]), "MaxPool1d: kernel (2, 2) has 2 numbers for 1 axes");
        Throws<DTypeMismatchException>(() => Tensor.Arange(4).AvgPool1d(2), "AvgPool1d works on float32 and float64, not on int32 [4]");
    }

    [Fact]
    public void AWindowOfAnySize_IsRefusedOrTakenAtOnce()
    {
        // three billion elements of padding were looked at one by one
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.ThrowsAny<ArgumentException>(() => Tensor.Ones([2, 2, 2]).MaxPool3d(int.MaxValue, 1, 1 << 30));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"{clock.Elapsed}");
    }
}
