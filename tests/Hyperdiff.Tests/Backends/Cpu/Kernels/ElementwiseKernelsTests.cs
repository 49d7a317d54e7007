using Hyperdiff.Backends.Cpu;
using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Reference;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Tests.Backends.Cpu.Kernels;

public sealed class ElementwiseKernelsTests
{
    /// <summary>Exact arithmetic is bit-equal; functions are within this many units in the last place of the definition, which is itself within one.</summary>
    private const long FunctionUlps = 5;

    private static readonly double[] s_magnitudes =
    [
        0, 5e-324, 1e-310, 2.2250738585072014e-308, 1.4e-45, 1e-40, 1.17549435e-38, 1e-300, 1e-30, 1e-16, 1e-12, 1e-8, 1e-6, 1e-4, 0.01, 0.1, 0.3, 0.5,
        0.6249999, 0.625, 0.7, 0.99999,
        1, 1.00001, 1.5, 2, 3, 5, 10, 19, 22, 40, 87.3, 88.7, 89, 103, 104, 300, 700, 709.78, 709.79, 710, 745, 746, 1e4, 1e8, 1e16, 3.4e38, 1e100, 1e300,
        double.MaxValue, double.PositiveInfinity, double.NaN,
    ];

    public static TheoryData<string, DType> Covered
    {
        get
        {
            var data = new TheoryData<string, DType>();
            foreach (Type type in ElementwiseKernels.Covered)
            {
                data.Add(type.Name, DType.Float64);
                data.Add(type.Name, DType.Float32);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Covered))]
    public void Kernel_OnHardInputs_AgreesWithTheDefinition(string name, DType dtype)
    {
        Operation operation = Instance(name);
        foreach (int length in (int[])[1, 3, 8, 17, 4000])
        {
            Tensor x = Inputs(dtype, length, step: 1), y = Inputs(dtype, length, step: 7);
            Tensor[] operands = operation is Binary ? [x, y] : [x];
            Tensor expected = ReferenceBackend.Instance.Execute(operation, operands)[0];
            Tensor actual = CpuBackend.Instance.Execute(operation, operands)[0];
            long ulps = operation is Arithmetic or Divide or Hypot or Cosine or Negate or Abs or Sqrt ? 0 : FunctionUlps;
            AssertClose(ulps, isDifference: operation is BinaryCrossEntropy or BinaryCrossEntropySlope or SiluSlope or GeluSlope, x, expected, actual);
        }
    }

    [Theory]
    [MemberData(nameof(Covered))]
    public void Kernel_OfABinaryFunctionWithANumber_IsThatOfARepeatedNumber(string name, DType dtype)
    {
        if (Instance(name) is not Binary operation)
        {
            return;
        }

        Tensor x = Inputs(dtype, 200, step: 1), written = x * 0 + 3;
        foreach (double number in (double[])[3, -0.0, double.PositiveInfinity])
        {
            Tensor repeated = Tensor.Full(x.Shape, number, dtype), stored = Tensor.FromHost(repeated.Read());
            BackendAssert.SameBits(CpuBackend.Instance.Execute(operation, [x, stored])[0], CpuBackend.Instance.Execute(operation, [x, repeated])[0]);
            BackendAssert.SameBits(CpuBackend.Instance.Execute(operation, [stored, x])[0], CpuBackend.Instance.Execute(operation, [repeated, x])[0]);
        }

        Assert.Equal(x.Type, written.Type);
    }

    [Theory]
    [MemberData(nameof(Covered))]
    public void Kernel_OfAnElement_HasTheSameBitsWhereverItStands(string name, DType dtype)
    {
        Operation operation = Instance(name);
        Tensor x = Inputs(dtype, 100, step: 1);
        double[] together = BackendAssert.Doubles(CpuBackend.Instance.Execute(operation, operation is Binary ? [x, x] : [x])[0]);
        double[] elements = BackendAssert.Doubles(x);
        for (int i = 0; i < elements.Length; i++)
        {
            Tensor alone = dtype == DType.Float64 ? Tensor.From([elements[i]]) : Tensor.From([(float)elements[i]]);
            double single = BackendAssert.Doubles(CpuBackend.Instance.Execute(operation, operation is Binary ? [alone, alone] : [alone])[0])[0];
            Assert.True(
                (double.IsNaN(single) && double.IsNaN(together[i])) || BitConverter.DoubleToInt64Bits(single) == BitConverter.DoubleToInt64Bits(together[i]),
                $"{name}({elements[i]:R}) is {single:R} alone and {together[i]:R} among others");
        }
    }

    [Fact]
    public void Kernel_OfAPrimitiveWithoutOne_IsItsDefinitionAndAllocatesNothing()
    {
        Tensor[] operands = [Inputs(DType.Float64, 3000, step: 1), Inputs(DType.Float64, 3000, step: 3)];
        Graph graph = TracedFunction.Of(x => [Tensor.Where(x[0] > x[1], x[0].LogGamma(), x[1].Floor()) * 2], operands).Graph;
        IExecutable plan = CpuBackend.Instance.Compile(graph);
        BackendAssert.SameBits(ReferenceBackend.Instance.Compile(graph).Run(operands)[0], plan.Run(operands)[0]);

        plan.Run(operands);
        long before = GC.GetAllocatedBytesForCurrentThread();
        plan.Run(operands);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (3000 * sizeof(double)) + 300);
    }

    private static Operation Instance(string name)
    {
        Type type = ElementwiseKernels.Covered.Single(type => type.Name == name);
        return (Operation)(type.GetProperty("Instance")?.GetValue(null) ?? Activator.CreateInstance(type)!);
    }

    private static Tensor Inputs(DType dtype, int length, int step)
    {
        var random = new Random(7);
        double[] elements = new double[length];
        for (int i = 0; i < length; i++)
        {
            int k = i * step;
            elements[i] = k < 2 * s_magnitudes.Length * step && i < 2 * s_magnitudes.Length
                ? s_magnitudes[k / 2 % s_magnitudes.Length] * (i % 2 == 0 ? 1 : -1)
                : (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-10, 4));
        }

        return dtype == DType.Float64 ? Tensor.From(elements) : Tensor.From(Array.ConvertAll(elements, x => (float)x));
    }

    // what is a difference is accurate beside its terms, which are at most 1 + |x| where they are not the same numbers
    private static void AssertClose(long ulps, bool isDifference, Tensor x, Tensor expected, Tensor actual)
    {
        double[] inputs = BackendAssert.Doubles(x), e = BackendAssert.Doubles(expected), a = BackendAssert.Doubles(actual);
        for (int i = 0; i < e.Length; i++)
        {
            bool bothNaN = double.IsNaN(e[i]) && double.IsNaN(a[i]);
            bool isBeside = isDifference && Math.Abs(e[i] - a[i]) <= ulps * x.DType.Epsilon() * (1 + Math.Abs(inputs[i]));
            Assert.True(bothNaN || isBeside || Distance(e[i], a[i], x.DType) <= ulps, $"at {inputs[i]:R}: expected {e[i]:R}, actual {a[i]:R}");
        }
    }

    // how many numbers of the type lie between; 0 and −0 are one apart
    private static long Distance(double a, double b, DType dtype) => dtype == DType.Float64
        ? Math.Abs(Ordered(BitConverter.DoubleToInt64Bits(a), long.MinValue) - Ordered(BitConverter.DoubleToInt64Bits(b), long.MinValue))
        : Math.Abs(Ordered(BitConverter.SingleToInt32Bits((float)a), int.MinValue) - Ordered(BitConverter.SingleToInt32Bits((float)b), int.MinValue));

    private static long Ordered(long bits, long signed) => bits >= 0 ? bits : signed - bits - 1;
}
