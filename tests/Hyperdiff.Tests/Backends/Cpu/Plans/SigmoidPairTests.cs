using Hyperdiff.Backends.Cpu;
using Hyperdiff.Backends.Cpu.Planning;
using Hyperdiff.Backends.Reference;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Hyperdiff.Testing.Samples;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Backends.Cpu.Plans;

/// <summary>Values of 1/(1 + e⁻ˣ) beside their derivatives, of one exponential.</summary>
public class SigmoidPairTests
{
    // 8 units of a derivative, twice 5 of the kernel and of the definition less what both have in common, and one of the smallest numbers
    private const double Ulps = 8 * 2.3e-16;

    [Fact]
    public void Value_HasTheBitsThatItHasAlone()
    {
        Tensor x = Numbers();
        Tensor alone = CpuBackend.Instance.Compile(TracedFunction.Of(a => [a[0].Sigmoid()], [x]).Graph).Run([x])[0];

        BackendAssert.SameBits(alone, CpuBackend.Instance.Compile(Pair(x)).Run([x])[0]);
    }

    /// <summary>From the far left, where it is all but e<sup>x</sup>, to the far right, where 1 less the value has no digits.</summary>
    [Fact]
    public void Derivative_HasAllDigits()
    {
        Tensor x = Numbers();
        double[] derivative = CpuBackend.Instance.Compile(Pair(x)).Run([x])[1].ToArray<double>();
        double[] expected = ReferenceBackend.Instance.Compile(Pair(x)).Run([x])[1].ToArray<double>();

        Assert.All(derivative.Zip(expected), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, (Ulps * pair.Second) + Math.BitIncrement(0.0)));
    }

    [Theory]
    [InlineData(DType.Float64, 1)]
    [InlineData(DType.Float32, 2)]
    public void Exponentials_AreShared_InDoublePrecisionOnly(DType dtype, int expected) => Assert.Equal(
        expected, Simplification.Of(SigmoidPairs.Of(Pair(Numbers().To(dtype)))).Equations.Count(equation => equation.Primitive is Sigmoid or SechSquared));

    private static Tensor Numbers() =>
        Tensor.Concat(0, Draw.Normal(1, [1000]) * 3, Draw.Normal(2, [1000]) * 300, Tensor.From([0.0, -0.0, 1e-300, -1e-300, 745, -745, 1e300, -1e300]));

    private static Graph Pair(Tensor x) => TracedFunction.Of(
        a =>
        {
            (Tensor value, Tensor cotangent) = Diff.Vjp((Tensor b) => b.Sigmoid(), a[0], Tensor.OnesLike(a[0]));
            return [value, cotangent];
        },
        [x]).Graph;
}
