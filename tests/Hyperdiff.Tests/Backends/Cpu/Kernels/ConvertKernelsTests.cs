using Hyperdiff.Backends.Cpu;
using Hyperdiff.Graphs;

namespace Hyperdiff.Tests.Backends.Cpu.Kernels;

/// <summary>Floating types become each other as single numbers do, wherever in a tensor they stand.</summary>
public sealed class ConvertKernelsTests
{
    private static readonly double[] s_hard =
    [
        0, -0.0, 1.0 / 3, -1e300, 1e300, 1e-46, -1.4e-45, 3e-39, float.MaxValue, 3.4028235677973366e38, double.NaN, double.NegativeInfinity,
        1 + 5.9604644775390625e-8, 16777217, -7,
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(33)]
    [InlineData(2051)]
    public void EveryElement_IsConvertedAsANumberIs(int length)
    {
        double[] wide = [.. Enumerable.Range(0, length).Select(i => s_hard[i % s_hard.Length])];
        float[] narrow = Array.ConvertAll(wide, x => (float)x);

        Assert.Equal(narrow.Select(BitConverter.SingleToInt32Bits),
            Converted(Tensor.From(wide), DType.Float32).ToArray<float>().Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(narrow.Select(x => BitConverter.DoubleToInt64Bits(x)),
            Converted(Tensor.From(narrow), DType.Float64).ToArray<double>().Select(BitConverter.DoubleToInt64Bits));
    }

    private static Tensor Converted(Tensor x, DType target) =>
        TracedFunction.Of(all => [all[0].To(target)], [x]).Graph.Run(CpuBackend.Instance, [x]).Outputs[0];
}
