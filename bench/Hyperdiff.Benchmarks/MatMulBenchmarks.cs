using BenchmarkDotNet.Attributes;

namespace Hyperdiff.Benchmarks;

/// <summary>The product of two square matrices. Run it once with HYPERDIFF_BLAS=managed and once with openblas to compare.</summary>
[MemoryDiagnoser]
public class MatMulBenchmarks
{
    private Tensor _left = null!;
    private Tensor _right = null!;

    /// <summary>Rows and columns.</summary>
    [Params(64, 256, 1024)]
    public int Size { get; set; }

    /// <summary>The element type.</summary>
    [Params(DType.Float64, DType.Float32)]
    public DType DType { get; set; }

    /// <summary>Makes the operands.</summary>
    [GlobalSetup]
    public void Setup()
    {
        double[] numbers = [.. Enumerable.Range(0, Size * Size).Select(i => Math.Sin(i))];
        _left = Tensor.From(numbers, [Size, Size]).To(DType);
        _right = _left.Transpose().Reshape(Size, Size);
    }

    /// <summary>A B.</summary>
    [Benchmark]
    public Tensor Product() => _left.MatMul(_right);
}
