using Hyperdiff.Fixtures;

namespace Hyperdiff.Tests.Primitives;

public sealed class ConvolutionTests
{
    /// <summary>The sums of these cases have at most this many terms, none greater than 1.</summary>
    private const int Terms = 64;

    /// <summary>How long the steps of differences are: short enough to meet no kink.</summary>
    private const double Line = 1.0 / 64;

    private static readonly double s_tolerance = Terms * Terms * DType.Float64.Epsilon();

    private static readonly Tensor s_image = ConvolutionCase.Numbers([2, 5, 6], 1);

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, ConvolutionCase.All.Count)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Convolution_IsTheLoopsOfItsDefinition(int number)
    {
        ConvolutionCase item = ConvolutionCase.All[number];
        (Shape shape, double[] expected) = item.Loop();
        Tensor actual = item.Apply(item.X, item.W);

        Assert.Equal(shape, actual.Shape);
        Assert.All(expected.Zip(actual.ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, s_tolerance));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TransposedConvolution_HasTheSameInnerProducts(int number)
    {
        ConvolutionCase item = ConvolutionCase.All[number];
        Tensor y = ConvolutionCase.Numbers(item.Loop().Shape, 3);
        if (item.Input.ElementCount * y.Count == 0)
        {
            return;
        }

        // elements that no window of the convolution sees are those of the output padding
        int[] added = [.. Enumerable.Range(0, item.Moved)
            .Select(axis => item.Input[axis + 2] - item.ApplyTransposed(y, item.W, new int[item.Moved]).Shape[axis + 2])];
        Tensor x = item.ApplyTransposed(y, item.W, added);

        Assert.Equal(item.Input, x.Shape);
        double left = (item.Apply(item.X, item.W) * y).Sum().ToScalar();
        Assert.Equal(left, (item.X * x).Sum().ToScalar(), Terms * y.Count * DType.Float64.Epsilon());
    }

    [Fact]
    public void LeadingAxes_AreAnyNumber()
    {
        Tensor w = ConvolutionCase.Numbers([3, 2, 2, 2], 2);
        Tensor one = s_image.Conv2d(w);

        Assert.Equal(new Shape(3, 4, 5), one.Shape);
        Tensor several = Tensor.Stack(0, s_image, 2 * s_image).Unsqueeze(0).Conv2d(w);
        Assert.Equal(new Shape(1, 2, 3, 4, 5), several.Shape);
        Assert.Equal((2 * one).ToArray<double>(), several[0, 1].ToArray<double>());
        Assert.Equal(s_image.Shape, one.ConvTranspose2d(w).Shape);
        Assert.Equal(DType.Float32, s_image.To(DType.Float32).Conv2d(w.To(DType.Float32)).DType);
    }

    [Fact]
    public void TransposedConvolution_OfKnownNumbers()
    {
        Tensor y = Tensor.From([1.0, 2, 3]).Reshape(1, 3), w = Tensor.From([1.0, 10, 100]).Reshape(1, 1, 3);

        Assert.Equal([1.0, 12, 123, 230, 300], y.ConvTranspose1d(w).ToArray<double>());
        Assert.Equal([1.0, 10, 102, 20, 203, 30, 300], y.ConvTranspose1d(w, new() { Stride = 2 }).ToArray<double>());
        Assert.Equal([10.0, 102, 20, 203, 30, 300], y.ConvTranspose1d(w, new() { Stride = 2, Padding = 1 }, outputPadding: 1).ToArray<double>());
        Assert.Equal([1.0, 0, 12, 0, 123, 0, 230, 0, 300], y.ConvTranspose1d(w, new() { Stride = 2, Dilation = 2 }).ToArray<double>());
    }

    [Fact]
    public void Layers_HaveTheDerivativesOfDifferences()
    {
        Tensor kernel = ConvolutionCase.Numbers([3, 2, 3, 3], 4), head = ConvolutionCase.Numbers([3, 2, 2, 2], 5);
        Tensor Layers(Tensor x, Tensor w) =>
            x.Conv2d(w, new() { Padding = Padding.Same }).Relu().MaxPool2d(2, stride: 1).ConvTranspose2d(head, new() { Stride = 2 }).Tanh().AvgPool2d(3,
                padding: 1).Square().Sum();

        AssertDerivatives(w => Layers(s_image, w), kernel);
        AssertDerivatives(x => Layers(x, kernel), s_image);
    }

    [Theory]
    [InlineData("Conv2d: [6] with a weight of shape [3, 2, 2, 2]: needs a tensor with channels and 2 axes more, and a weight with 4 axes.")]
    [InlineData("Conv2d: [2, 5, 6] with a weight of shape [3, 1, 2, 2] in 1 groups: 2 channels need a weight [outputs, 2/1, kernel …] whose outputs divide "
        + "into the groups.")]
    [InlineData("Conv2d: [2, 5, 6] with a weight of shape [3, 1, 2, 2] in 2 groups: 2 channels need a weight [outputs, 2/2, kernel …] whose outputs divide "
        + "into the groups.")]
    [InlineData("Conv2d: a kernel of 6 elements with dilation 1 does not fit into an axis of size 5, padded by 0 and 0.")]
    [InlineData("Conv2d: a kernel of 0 elements with dilation 1 does not fit into an axis of size 5, padded by 0 and 0.")]
    [InlineData("ConvTranspose2d: [2, 5, 6] with a weight of shape [3, 2, 2, 2] in 1 groups: 2 channels need a weight [2, outputs/1, kernel …], and divide "
        + "into the groups.")]
    [InlineData("ConvTranspose2d: 5 windows of 1 elements cover 5 elements, of which a padding of 3 and 3 leaves none.")]
    public void WrongShapes_AreNamed(string message)
    {
        Assert.Contains(message, ((Action[])
        [
            () => Tensor.Ones([6]).Conv2d(Tensor.Ones([3, 2, 2, 2])),
            () => s_image.Conv2d(Tensor.Ones([3, 1, 2, 2])),
            () => s_image.Conv2d(Tensor.Ones([3, 1, 2, 2]), new() { Groups = 2 }),
            () => s_image.Conv2d(Tensor.Ones([3, 2, 6, 2])),
            () => s_image.Conv2d(Tensor.Ones([3, 2, 0, 2])),
            () => s_image.ConvTranspose2d(Tensor.Ones([3, 2, 2, 2])),
            () => s_image.ConvTranspose2d(Tensor.Ones([2, 3, 1, 1]), new() { Padding = 3 }),
        ]).Select(action => Assert.Throws<ShapeMismatchException>(action).Message));
    }

    [Fact]
    public void WrongOptions_AreNamed()
    {
        Tensor w = Tensor.Ones([2, 2, 2, 2]);
        void Throws<TException>(Convolution options, string message)
            where TException : ArgumentException =>
                Assert.Contains(message, Assert.Throws<TException>(() => s_image.Conv2d(w, options)).Message, StringComparison.Ordinal);

        Throws<ArgumentException>(new() { Stride = [1, 2, 3] }, "Conv2d: stride (1, 2, 3) has 3 numbers for 2 axes; give one for all, or one for each.");
        Throws<ArgumentOutOfRangeException>(new() { Stride = 0 }, "Conv2d: stride (0) has a number below 1.");
        Throws<ArgumentOutOfRangeException>(new() { Dilation = [1, 0] }, "Conv2d: dilation (1, 0) has a number below 1.");
        Throws<ArgumentOutOfRangeException>(new() { Padding = -1 }, "Conv2d: padding (-1) has a number below 0.");
        Throws<ArgumentOutOfRangeException>(new() { Groups = 0 }, "groups");
        Assert.Contains("element types float64 and float32 differ", Assert.Throws<DTypeMismatchException>(() => s_image.Conv2d(w.To(DType.Float32))).Message,
            StringComparison.Ordinal);
        Assert.Contains("'same' belongs to several sizes",
            Assert.Throws<ArgumentException>(() => s_image.ConvTranspose2d(w, new() { Padding = Padding.Same })).Message, StringComparison.Ordinal);
        Assert.Contains("an output padding of 1 is not less than stride 1 or dilation 1",
            Assert.Throws<ArgumentOutOfRangeException>(() => s_image.ConvTranspose2d(w, outputPadding: 1)).Message, StringComparison.Ordinal);
        Assert.Equal("same", Padding.Same.ToString());
        Assert.Equal("(1, 2) and (1, 2)", Padding.Of([1, 2]).ToString());
    }

    // first and second derivatives along a line, to within 1e-9 of its length
    private static void AssertDerivatives(Func<Tensor, Tensor> f, Tensor at)
    {
        Tensor v = ConvolutionCase.Numbers(at.Shape, 7) * Line, u = ConvolutionCase.Numbers(at.Shape, 8);
        Assert.All(
            [
                (Differentiate.Gradient(f, at) * v).Sum().ToScalar() - Derivative(t => f(at + (t * v))),
                Differentiate.Tangent(x => (Differentiate.Gradient(f, x) * u).Sum(), at, v).ToScalar()
                    - Derivative(t => (Differentiate.Gradient(f, at + (t * v)) * u).Sum()),
            ],
            difference => Assert.Equal(0, difference, 1e-9 * Line));
    }

    private static double Derivative(Func<double, Tensor> f)
    {
        (double[] derivative, double[] bound) = Richardson.Derivative(t => [f(t).ToScalar()]);
        Assert.True(bound[0] < 1e-9 * Line, $"differences hold to {bound[0]} only: too close to a kink");
        return derivative[0];
    }
}
