using Hyperdiff.Backends.Cpu;

namespace Hyperdiff.DiffSharp.Tests;

public class ConversionTests
{
    private static readonly DiffSharpBackend s_backend = DiffSharpBackend.Of(DiffDevice.CPU, DiffBackend.Reference);

    [Fact]
    public void AVectorIsTheSameArrayOnBothSides()
    {
        double[] elements = [1, 2, 3];
        DiffTensor theirs = Make.Vector(elements);
        Tensor ours = theirs.ToHyperdiff();
        Assert.Same(elements, ours.Read().Data);
        Assert.Same(elements, ours.ToDiffSharp().primalRaw.Handle);
    }

    [Fact]
    public void AMatrixFromHyperdiffIsTheSameArrayThere()
    {
        Tensor ours = Tensor.Wrap(new double[] { 1, 2, 3, 4, 5, 6 }, [2, 3]);
        DiffTensor theirs = ours.ToDiffSharp();
        Assert.Equal([2, 3], theirs.shape);
        Assert.Same(ours.Read().Data, theirs.primalRaw.Handle);
        Assert.Same(ours.Read().Data, theirs.ToHyperdiff().Read().Data);
    }

    [Fact]
    public void AWindowIsCopiedSinceDiffSharpHasNone()
    {
        Tensor rows = Tensor.From(new double[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } });
        Assert.Equal([5, 6], Make.Elements(rows[2].ToDiffSharp()));
    }

    [Fact]
    public void MemoryThatIsWrittenToAgainIsCopied()
    {
        Tensor memory = CpuBackend.Instance.Allocate(new TensorType(DType.Float64, [2]));
        memory.Overwrite(Tensor.From([1.0, 2]));
        DiffTensor theirs = memory.ToDiffSharp();
        Tensor there = memory.To(s_backend);
        memory.Overwrite(Tensor.From([3.0, 4]));
        Assert.Equal([1, 2], Make.Elements(theirs));
        Assert.Equal([1, 2], there.ToArray<double>());
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    [InlineData(DType.Int32)]
    [InlineData(DType.Bool)]
    public void EveryElementTypeAndShapeComesBackAsItWas(DType dtype)
    {
        foreach (Shape shape in new Shape[] { [], [1], [3], [0], [2, 0], [2, 3], [1, 1, 2, 1, 2, 1, 2, 3] })
        {
            Tensor ours = Tensor.Arange(shape.ElementCount).Reshape(shape).To(dtype);
            Tensor back = ours.ToDiffSharp().ToHyperdiff();
            Assert.Equal(ours.Type, back.Type);
            Assert.Equal(Numbers(ours), Numbers(back));
            Tensor there = ours.To(s_backend);
            Assert.Same(s_backend, there.Backend);
            Assert.Equal(Numbers(ours), Numbers(there.To(CpuBackend.Instance)));
            Assert.Equal(Numbers(ours), Numbers(there.ToDiffSharp().ToHyperdiff()));
        }
    }

    public static TheoryData<string> OtherTypes => ["Int8", "Int16", "Int64", "Byte", "Float16", "BFloat16"];

    [Theory]
    [MemberData(nameof(OtherTypes))]
    public void OtherElementTypesAreRefusedByName(string name)
    {
        DiffDtype dtype = (DiffDtype)typeof(DiffDtype).GetProperty(name)!.GetValue(null)!;
        DiffTensor tensor = Make.Vector(1, 2).cast(dtype);
        string message = Assert.Throws<DTypeMismatchException>(() => tensor.ToHyperdiff()).Message;
        Assert.Contains(name, message, StringComparison.Ordinal);
        Assert.Contains("cast", message, StringComparison.Ordinal);
    }

    [Fact]
    public void DerivativesAreNotLostWithoutAWord()
    {
        dsharp.nest();
        DiffTensor forward = Make.Vector(1, 2).forwardDiff(Make.Vector(1, 0), null), reverse = Make.Vector(1, 2).reverseDiff(null, null);
        Assert.Contains("forward", Assert.Throws<InvalidOperationException>(() => forward.ToHyperdiff()).Message, StringComparison.Ordinal);
        Assert.Contains("reverse", Assert.Throws<InvalidOperationException>(() => reverse.ToHyperdiff()).Message, StringComparison.Ordinal);
        Assert.Contains("noDiff", Assert.Throws<InvalidOperationException>(() => s_backend.Wrap(reverse)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AStructureOfDiffSharpTensorsIsTracedButNotComputedWith()
    {
        DiffSharpTree.Register();
        Make.Close([2, 4], Diff.Grad((DiffTensor x) => x.ToHyperdiff().Square().Sum(), Make.Vector(1, 2)), 0);
        string message = Assert.Throws<InvalidOperationException>(
            () => Diff.Grad((DiffTensor x) => (x * x).sum(null).ToHyperdiff(), Make.Vector(1, 2))).Message;
        Assert.Contains("DiffSharpFunction", message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingBackendSaysWhatToReference()
    {
        string message = Assert.Throws<InvalidOperationException>(() => DiffSharpBackend.Of(DiffDevice.CPU, DiffBackend.Torch)).Message;
        Assert.Contains("DiffSharp-cpu", message, StringComparison.Ordinal);
        Assert.Contains("cuda", Assert.Throws<InvalidOperationException>(() => DiffSharpBackend.Of(DiffDevice.GPU, DiffBackend.Reference)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void AWindowStaysWhatItIsAndWritesReachTheWhole()
    {
        Tensor memory = s_backend.Allocate(new TensorType(DType.Float64, [3, 2]));
        for (int row = 0; row < 3; row++)
        {
            Tensor source = Tensor.From([row + 0.5, -row]).To(s_backend);
            var window = new Tensor(source.Type, memory.Storage.PartOf(memory.Type, source.Type, 2 * row));
            window.Overwrite(source);
            Assert.Equal([row + 0.5, -row], window.ToArray<double>());
        }

        var middle = new Tensor(new TensorType(DType.Float64, [3]), memory.Storage.PartOf(memory.Type, new TensorType(DType.Float64, [3]), 1));
        Assert.Equal([0, 1.5, -1], middle.ToArray<double>());
        Assert.Equal([0.5, -0.0, 1.5, -1, 2.5, -2], memory.ToArray<double>());
        middle.Overwrite(Tensor.From([7.0, 8, 9]).To(s_backend));
        Assert.Equal([0.5, 7, 8, 9, 2.5, -2], memory.ToArray<double>());
    }

    private static double[] Numbers(Tensor tensor) => tensor.To(CpuBackend.Instance).To(DType.Float64).ToArray<double>();
}
