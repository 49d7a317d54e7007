using Hyperdiff.Backends.Cpu;
using Hyperdiff.Backends.Reference;
using Hyperdiff.Graphs;

namespace Hyperdiff.Tests.Backends.Cpu.Kernels;

/// <summary>Choices by comparisons that are planned as one: the bits of their definitions.</summary>
public sealed class ChoiceKernelTests
{
    private static readonly double[] s_hard =
        [0, -0.0, 1, -1, 5e-324, -1e-310, 1e-45, double.MaxValue, double.PositiveInfinity, double.NegativeInfinity, double.NaN, 0.5, 64, -65];

    private static readonly Dictionary<string, Func<Tensor, Tensor, Tensor[]>> s_functions = new()
    {
        ["relu"] = (x, _) => [x.Relu()],
        ["clamp"] = (x, _) => [x.Clamp(-1, 1)],
        ["clamp to an end"] = (x, _) => [x.Clamp(double.NegativeInfinity, 0), x.Clamp(-0.0, double.PositiveInfinity), x.Clamp(0.1, 0.1)],
        ["clamp to the other zero"] = (x, _) => [Tensor.Where(x < 0, -0.0, Tensor.Where(x > 1, 1, x)), Tensor.Where(x < -1, -1, Tensor.Where(x > 0, -0.0, x))],
        ["outside of an interval a number"] = (x, y) => [Tensor.Where(x < -1, 3, Tensor.Where(x > 0.5, -0.0, y * 2)) - 1],
        ["an interval of sums"] = (x, y) => [(x + y).Clamp(-1, 1) * x, Tensor.Where(x + y < -1, 0, Tensor.Where(x + y > 1, 0, y))],
        ["an interval whose inner choice is read as well"] = (x, y) => [Inner(Tensor.Where(x > 0.5, 1, y), x)],
        ["an interval of two tensors"] = (x, y) => [Tensor.Where(x < -1, -1, Tensor.Where(y > 1, 1, x))],
        ["positive part of a sum"] = (x, y) => [(x + y).Relu() * 2],
        ["less"] = (x, y) => [Tensor.Where(x < y, x, y)],
        ["at most"] = (x, y) => [Tensor.Where(x <= 0.5, y, 2 * x)],
        ["equal"] = (x, y) => [Tensor.Where(x.Equal(y), 1, y)],
        ["finite"] = (x, y) => [Tensor.Where(x.IsFinite(), x, y)],
        ["one mask, two choices"] = (x, y) => [Two(x < y, x, y)],
        ["one mask, six choices"] = (x, y) => [Two(x < y, x, y) + Two(x < y, y, x) * Two(x < y, x * x, Tensor.OnesLike(x))],
        ["a mask that is read as well"] = (x, y) => [Tensor.Where(x < y, x, y), x < y],
        ["numbers of a mask"] = (x, y) => [Tensor.Where(x < y, x, y) + (x < y).To(x.DType)],
        ["of rows"] = (x, y) => [Tensor.Where(x.Reshape(2, -1) < y.Reshape(2, -1)[0], x.Reshape(2, -1), y.Reshape(2, -1)[1])],
        ["between integers"] = (x, y) => [Tensor.Where(x < y, Tensor.Full(x.Shape, 3, DType.Int32), Tensor.Full(x.Shape, 4, DType.Int32))],
        ["within its own operand"] = (x, _) => [Tensor.Where(x < 0, -x, x).Sqrt()],
    };

    public static TheoryData<string, DType> Functions
    {
        get
        {
            var data = new TheoryData<string, DType>();
            foreach (string name in s_functions.Keys)
            {
                data.Add(name, DType.Float64);
                data.Add(name, DType.Float32);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Choice_InAPlan_IsTheDefinitionInEveryBit(string name, DType dtype)
    {
        foreach (int length in (int[])[2, 14, 64, 130, 4000])
        {
            Tensor x = Numbers(length, step: 1).To(dtype), y = Numbers(length, step: 5).To(dtype);
            Graph graph = TracedFunction.Of(inputs => s_functions[name](inputs[0], inputs[1]), [x, y]).Graph;
            Tensor[] expected = ReferenceBackend.Instance.Compile(graph).Run([x, y]);
            Assert.All(expected.Zip(CpuBackend.Instance.Compile(graph).Run([x, y])), pair => BackendAssert.SameBits(pair.First, pair.Second));
        }
    }

    private static Tensor Inner(Tensor inner, Tensor x) => Tensor.Where(x < -1, 0, inner) + inner;

    private static Tensor Two(Tensor mask, Tensor x, Tensor y) => Tensor.Where(mask, x, y) * Tensor.Where(mask, y, 1);

    private static Tensor Numbers(int length, int step) =>
        Tensor.From<double>([.. Enumerable.Range(0, length).Select(i => s_hard[i * step % s_hard.Length])], new Shape(length));
}
