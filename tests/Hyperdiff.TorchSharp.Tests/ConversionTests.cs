using Hyperdiff.Backends.Cpu;
using TorchSharp;

namespace Hyperdiff.TorchSharp.Tests;

/// <summary>Tensors of both kinds over one memory.</summary>
public sealed class ConversionTests
{
    [Fact]
    public void BothWays_NothingIsCopied()
    {
        using torch.Tensor x = torch.tensor(new double[] { 1, 2, 3, 4, 5, 6 }).reshape(2, 3);
        Tensor there = x.ToHyperdiff();
        using torch.Tensor back = there.ToTorch();

        Assert.Same(TorchBackend.Cpu, there.Backend);
        Assert.Equal(new Shape(2, 3), there.Shape);
        Assert.Equal(Address(x), Address(back));

        // the same memory: what is written through one is seen through all, which is why nobody should
        x[0, 1] = 20;
        Assert.Equal([1, 20, 3, 4, 5, 6], there.ToArray<double>());
        Assert.Equal(20, back[0, 1].ToDouble());
    }

    [Theory]
    [InlineData(torch.ScalarType.Float32, DType.Float32)]
    [InlineData(torch.ScalarType.Float64, DType.Float64)]
    [InlineData(torch.ScalarType.Int32, DType.Int32)]
    [InlineData(torch.ScalarType.Bool, DType.Bool)]
    public void FourElementTypes_AreTheSame(torch.ScalarType type, DType dtype)
    {
        using torch.Tensor x = torch.ones(3, type);

        Assert.Equal(new TensorType(dtype, [3]), x.ToHyperdiff().Type);
        using torch.Tensor back = Tensor.Ones([3], dtype).ToTorch();
        Assert.Equal(type, back.dtype);
        Assert.True(back.eq(x).all().ToBoolean());
    }

    [Theory]
    [InlineData(torch.ScalarType.Int64, "tensor.to(torch.int32)")]
    [InlineData(torch.ScalarType.Byte, "tensor.to(torch.int32)")]
    [InlineData(torch.ScalarType.Float16, "tensor.to(torch.float32)")]
    [InlineData(torch.ScalarType.BFloat16, "tensor.to(torch.float32)")]
    [InlineData(torch.ScalarType.ComplexFloat64, "tensor.real")]
    public void OtherElementTypes_AreRefusedWithTheRemedy(torch.ScalarType type, string remedy)
    {
        using torch.Tensor x = torch.zeros(3, type);

        string message = Assert.Throws<DTypeMismatchException>(() => x.ToHyperdiff()).Message;
        Assert.Contains(type.ToString(), message, StringComparison.Ordinal);
        Assert.Contains(remedy, message, StringComparison.Ordinal);
    }

    [Fact]
    public void TransposedAndStretched_AreBroughtTogether()
    {
        using torch.Tensor x = torch.arange(6, torch.float64).reshape(2, 3), turned = x.t(), stretched = torch.ones(1, torch.float64).expand(4);

        Assert.Equal([0, 3, 1, 4, 2, 5], turned.ToHyperdiff().ToArray<double>());
        Assert.Equal([1, 1, 1, 1], stretched.ToHyperdiff().ToArray<double>());
        Assert.NotEqual(Address(x), Address(turned.ToHyperdiff().ToTorch()));
    }

    [Fact]
    public void Empty_Scalar_AndHostTensors_GoBothWays()
    {
        using torch.Tensor empty = torch.zeros([0, 3], torch.float32), scalar = torch.tensor(2.5);
        Assert.Equal(new Shape(0, 3), empty.ToHyperdiff().Shape);
        Assert.Equal(2.5, scalar.to(torch.float64).ToHyperdiff().ToScalar());

        using torch.Tensor window = Tensor.Arange(10).To(DType.Float64).Slice(0, 4, 7).ToTorch(), none = Tensor.Zeros([2, 0]).ToTorch();
        Assert.Equal([4.0, 5, 6], window.data<double>().ToArray());
        Assert.Equal([2, 0], none.shape);
    }

    [Fact]
    public void Result_OutlivesWhatItWasMadeFrom_AndItsScope()
    {
        Tensor kept;
        using (torch.NewDisposeScope())
        {
            kept = (torch.ones(4, torch.float64) * 3).ToHyperdiff();
        }

        Assert.Equal([3, 3, 3, 3], kept.ToArray<double>());
        Assert.Equal([6, 6, 6, 6], (kept + kept).ToArray<double>());
    }

    [Fact]
    public void GradientsOfTorch_DoNotPass()
    {
        using torch.Tensor x = torch.ones(2, torch.float64, requires_grad: true);
        using torch.Tensor back = (x.ToHyperdiff() * 2).ToTorch();

        Assert.False(back.requires_grad);
    }

    [Fact]
    public void DisposedTensor_IsRefused()
    {
        torch.Tensor x = torch.ones(2);
        x.Dispose();

        Assert.Contains("disposed of", Assert.Throws<ObjectDisposedException>(() => x.ToHyperdiff()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MemoryGivenBack_IsRefused()
    {
        using torch.Tensor x = torch.ones(2, torch.float64);
        Tensor there = x.ToHyperdiff();
        ((TorchStorage)there.Storage).Release();

        Assert.Contains("given back", Assert.Throws<ObjectDisposedException>(() => there.Read()).Message, StringComparison.Ordinal);
        Assert.Throws<ObjectDisposedException>(() => there + there);
        Assert.Equal(1, x[0].ToDouble());
    }

    [Fact]
    public void SparseAndMeta_AreRefused()
    {
        using torch.Tensor meta = torch.empty(3, device: new torch.Device(DeviceType.META));
        Assert.Contains("meta", Assert.Throws<ArgumentException>(() => meta.ToHyperdiff()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DeviceThatIsNotThere_IsRefusedWithWhatToInstall()
    {
        string message = Assert.Throws<InvalidOperationException>(() => TorchBackend.On(DeviceType.CUDA)).Message;

        Assert.Contains("cuda:0", message, StringComparison.Ordinal);
        Assert.Contains("TorchSharp-cuda-linux", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Backend_OfADevice_IsOne()
    {
        Assert.Same(TorchBackend.Cpu, TorchBackend.On(torch.CPU));
        Assert.Same(TorchBackend.Cpu, TorchBackend.On(new torch.Device("cpu")));
        Assert.Equal("torch (cpu)", TorchBackend.Cpu.ToString());
        Assert.Same(CpuBackend.Instance, Tensor.Ones([2]).To(TorchBackend.Cpu).To(CpuBackend.Instance).Backend);
    }

    [Fact]
    public void OutOfMemory_IsSaidWithTheSize_AfterASecondTrial()
    {
        int trials = 0;
        string message = Assert.Throws<InsufficientMemoryException>(() => TorchBackend.Cpu.Guarded(new TensorType(DType.Float64, [1 << 20]), () =>
        {
            trials++;
            return torch.empty(1L << 46, torch.float64);
        })).Message;

        Assert.Equal(2, trials);
        Assert.Contains("float64 [1048576], 8388608 bytes", message, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingLibrary_IsSaidInOneSentence()
    {
        (int exitCode, string output) = ChildProcess.RunWithoutLibrary("library");

        Assert.True(exitCode == 0, output);
        Assert.Contains("DllNotFoundException: libtorch could not be loaded: add the package TorchSharp-cpu", output, StringComparison.Ordinal);
    }

    [Fact]
    public void OtherVersionOfTorchSharp_IsRefusedWithBoth()
    {
        Version old = new(0, 100, 3, 0), built = new(0, 107, 0, 0);
        string message = Assert.Throws<InvalidOperationException>(() => TorchLibrary.RequireVersion(old, built)).Message;

        Assert.Contains("0.107.0, and the application has 0.100.3", message, StringComparison.Ordinal);
        TorchLibrary.RequireVersion(new Version(0, 107, 1, 0), built);
    }

    [Fact]
    public void DeviceWithoutElements_IsRefused() => Assert.Throws<ArgumentException>(() => TorchBackend.On(DeviceType.META));

    private static IntPtr Address(torch.Tensor tensor)
    {
        unsafe
        {
            fixed (byte* first = tensor.contiguous().bytes)
            {
                return (IntPtr)first;
            }
        }
    }
}
