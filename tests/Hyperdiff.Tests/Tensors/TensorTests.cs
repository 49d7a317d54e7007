namespace Hyperdiff.Tests.Tensors;

public sealed class TensorTests
{
    private static readonly Tensor s_x = Tensor.Arange(12).To(DType.Float64).Reshape(3, 4);

    [Fact]
    public void Shape_IsSpreadBySizes_NotByElements()
    {
        Shape item = [3, 4];

        Assert.Equal<Shape>([2, 3, 4], [2, .. item]);
        Assert.Equal([2, 3, 4, 3, 4], (int[])[2, .. item, .. item]);
    }

    [Fact]
    public void Construction_CopiesOrWraps()
    {
        double[] elements = [1, 2, 3];
        var copied = Tensor.From(elements);
        var wrapped = Tensor.Wrap(elements, [3]);
        elements[0] = 7;

        Assert.Equal(1, copied[0].ToScalar());
        Assert.Equal(7, wrapped[0].ToScalar());
        Assert.Equal(new TensorType(DType.Float64, [3]), copied.Type);
        Assert.Equal(DType.Float32, Tensor.From([1f]).DType);
        Assert.Equal(DType.Int32, Tensor.From([1]).DType);
        Assert.Equal(DType.Bool, Tensor.From([true]).DType);
    }

    [Fact]
    public void Construction_OfWhatDoesNotFit_Throws()
    {
        Assert.Contains("[2, 2]", Assert.Throws<ShapeMismatchException>(() => Tensor.From([1.0, 2, 3], [2, 2])).Message, StringComparison.Ordinal);
        Assert.Contains("[2, 2]", Assert.Throws<ShapeMismatchException>(() => Tensor.Wrap([1.0, 2, 3], [2, 2])).Message, StringComparison.Ordinal);
        Assert.Contains("int32", Assert.Throws<ArgumentException>(() => Tensor.Full([2], 0.5, DType.Int32)).Message, StringComparison.Ordinal);
        Assert.Contains("Int64", Assert.Throws<ArgumentException>(() => Tensor.From([1L])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Shape(2, -1));
        Assert.Throws<ArgumentException>(() => new Shape(1 << 16, 1 << 16));
    }

    [Fact]
    public void Reading_TheWrongTypeOrCount_ThrowsWithTheRemedy()
    {
        Assert.Contains("To(DType.Float32)", Assert.Throws<DTypeMismatchException>(() => s_x.ToArray<float>()).Message, StringComparison.Ordinal);
        Assert.Contains("12 elements", Assert.Throws<InvalidOperationException>(() => s_x.ToScalar()).Message, StringComparison.Ordinal);
        Assert.Equal(1, Tensor.From([true]).ToScalar());
    }

    [Fact]
    public void Indexer_TakesPositionsAndRanges()
    {
        Assert.Equal([0.0, 1, 2, 3], s_x[0].ToArray<double>());
        Assert.Equal([8.0, 9, 10, 11], s_x[^1].ToArray<double>());
        Assert.Equal([8.0, 9, 10, 11], s_x[-1].ToArray<double>());
        Assert.Equal([4.0, 5, 6, 7, 8, 9, 10, 11], s_x[1..3, ..].ToArray<double>());
        Assert.Equal([0.0, 4, 8], s_x[.., 0].ToArray<double>());
        Assert.Equal([2.0, 6], s_x[..2, 2].ToArray<double>());
        Assert.Equal(new Shape(2, 1), s_x[..2, 2..3].Shape);
        Assert.Equal([0.0, 2, 8, 10], s_x[TensorIndex.Every(2), TensorIndex.Every(2)].ToArray<double>());
        Assert.Equal([1.0, 3], s_x[0, TensorIndex.Every(2, 1..)].ToArray<double>());
        Assert.Equal(6, s_x[1, 2].ToScalar());
        Assert.Equal(Shape.Scalar, s_x[1, 2].Shape);
        Assert.Equal(new Shape(0, 4), s_x[3..].Shape);
        Assert.Same(s_x, s_x[..]);
        Assert.Equal([false, true], Tensor.From([true, false, true])[1..].ToArray<bool>());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-4)]
    public void Indexer_OutsideOfTheAxis_ThrowsNamingAxisAndShape(int position)
    {
        string message = Assert.Throws<ArgumentOutOfRangeException>(() => s_x[position]).Message;

        Assert.Contains("axis 0 of shape [3, 4], which has size 3", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => s_x[.., 2..5]);
        Assert.Throws<ArgumentOutOfRangeException>(() => s_x[.., 3..2]);
        Assert.Contains("has 2 axes", Assert.Throws<ArgumentException>(() => s_x[0, 0, 0]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Indexer_HasADerivative() =>
        Assert.Equal([0.0, 0, 0, 5, 0, 7],
            Hyperdiff.Tests.Primitives.Differentiate.Gradient(x => (5 * x[1, 0]) + (7 * x[^1, ^1]), Tensor.Zeros([2, 3])).ToArray<double>());

    [Fact]
    public void Wrap_OfMemoryOfAnArray_IsAWindowOnIt()
    {
        double[] elements = [0, 1, 2, 3, 4, 5];
        var window = Tensor.Wrap<double>(elements.AsMemory(1, 4), [2, 2]);
        elements[1] = 7;

        Assert.Equal([7, 2, 3, 4], window.ToArray<double>());
        Assert.Equal([3, 4], window[1].AsMemory<double>().ToArray());
        Assert.True(window.AsMemory<double>().Span.Overlaps(elements));
        Assert.Equal([9, 7], window.Sum(1).ToArray<double>());
        Assert.Equal(new Shape(0), Tensor.Wrap(ReadOnlyMemory<float>.Empty, [0]).Shape);
        Assert.Contains("2 elements do not fill shape [3]",
            Assert.Throws<ShapeMismatchException>(() => Tensor.Wrap<double>(elements.AsMemory(0, 2), [3])).Message, StringComparison.Ordinal);
        Assert.Throws<DTypeMismatchException>(() => window.AsMemory<float>());
        Assert.Throws<ArgumentException>(() => Tensor.Wrap<long>(new long[1].AsMemory(), [1]));
    }

    [Fact]
    public void Wrap_OfOtherMemory_IsACopy()
    {
        using var owner = new NativeOwner(3);
        owner.Memory.Span[0] = 5;
        var tensor = Tensor.Wrap<int>(owner.Memory, [3]);
        owner.Memory.Span[0] = 6;

        Assert.Equal([5, 0, 0], tensor.ToArray<int>());
    }

    [Fact]
    public void Shape_KnowsRankCountAndSizes()
    {
        var shape = new Shape(2, 3, 4);

        Assert.Equal((3, 24, 4, 2), (shape.Rank, shape.ElementCount, shape[^1], shape[0]));
        Assert.Equal([12, 4, 1], shape.Strides());
        Assert.Equal("[2, 3, 4]", shape.ToString());
        Assert.Equal([2, 3, 4], shape.Sizes.ToArray());
        Assert.Equal(shape.GetHashCode(), new Shape(2, 3, 4).GetHashCode());
        Assert.NotEqual(new Shape(2, 3), shape);
        Assert.Equal(Shape.Scalar, default);
        Assert.Equal(1, Shape.Scalar.ElementCount);
        Assert.Equal(0, new Shape(int.MaxValue, 0, int.MaxValue).ElementCount);
        Assert.Equal(2, shape.Axis(-1));
    }

    // memory that is not an array's, as that of a mapped file
    private sealed class NativeOwner(int count) : System.Buffers.MemoryManager<int>
    {
        private readonly int[] _elements = GC.AllocateArray<int>(count, pinned: true);

        public override Span<int> GetSpan() => _elements;

        public override System.Buffers.MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
