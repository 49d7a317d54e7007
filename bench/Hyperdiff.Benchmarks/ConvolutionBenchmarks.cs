using BenchmarkDotNet.Attributes;

namespace Hyperdiff.Benchmarks;

/// <summary>A convolution of 32 images of 16×28×28 with 32 kernels of 3×3, beside the matrix product inside it.</summary>
[MemoryDiagnoser]
public class ConvolutionBenchmarks
{
    private static readonly Convolution s_same = new() { Padding = Padding.Same };

    private Tensor _images = null!;
    private Tensor _kernels = null!;
    private Tensor _columns = null!;

    /// <summary>The element type.</summary>
    [Params(DType.Float64, DType.Float32)]
    public DType DType { get; set; }

    /// <summary>Makes the operands.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _images = Numbers([32, 16, 28, 28]);
        _kernels = Numbers([32, 16, 3, 3]);
        _columns = Numbers([32, 144, 784]);
    }

    /// <summary>The product of the kernels with what they see.</summary>
    [Benchmark(Baseline = true)]
    public Tensor Product() => _kernels.Reshape(32, 144).MatMul(_columns);

    /// <summary>The convolution.</summary>
    [Benchmark]
    public Tensor Convolution() => _images.Conv2d(_kernels, s_same);

    /// <summary>The maximum over windows of 2×2.</summary>
    [Benchmark]
    public Tensor MaxPool() => _images.MaxPool2d(2);

    private Tensor Numbers(Shape shape) => Tensor.From<double>([.. Enumerable.Range(0, shape.ElementCount).Select(i => Math.Sin(i))], shape).To(DType);
}
