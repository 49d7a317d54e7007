using Hyperdiff.Backends.Cpu;
using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Backends.Cpu.Plans;

/// <summary>Sums of products are one line of a tile program, whose bits are those of products that are written down and added up.</summary>
public sealed class InnerProductTests
{
    private static readonly Dictionary<string, Func<Tensor, Tensor, Tensor[]>> s_functions = new()
    {
        ["product"] = (x, y) => [(x * y).Sum()],
        ["square"] = (x, _) => [(x * x).Sum()],
        ["product in double precision"] = (x, y) => [(x.To(DType.Float64) * y.To(DType.Float64)).Sum()],
        ["square in double precision"] = (x, _) => [Squared(x.To(DType.Float64)).Sum()],
        ["one factor in double precision before"] = (x, y) => [(x.To(DType.Float64) * (y.To(DType.Float64) + 1)).Sum()],
        ["residual in double precision"] = (x, y) => [Squared((x - y).To(DType.Float64)).Sum()],
        ["products that are wanted"] = (x, y) => Both(x * y),
        ["wider numbers that are wanted"] = (x, y) => [x.To(DType.Float64), Squared(x.To(DType.Float64)).Sum(), y],
        ["another sum of the same products"] = (x, y) => [(x * y).Sum(), (x * y).Max(), (x * y * x).Sum()],
        ["a number times a vector"] = (x, _) => [(x * 3).Sum()],
        ["a row times a matrix"] = (x, y) => [(x.Reshape(1, x.Shape[0]) * y.Reshape(y.Shape[0], 1)).Sum()],
    };

    public static TheoryData<string, DType, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, DType, int>();
            foreach (string name in s_functions.Keys)
            {
                foreach (int count in (int[])[1, 7, 8, 9, 64, 200])
                {
                    cases.Add(name, DType.Float64, count);
                    cases.Add(name, DType.Float32, count);
                }

                // from the last tile of a chunk on; a matrix of that many squared is another matter
                foreach (int count in name.Contains("matrix", StringComparison.Ordinal) ? (int[])[] : [1023, 1024, 1025, 16384, 40_001])
                {
                    cases.Add(name, DType.Float64, count);
                    cases.Add(name, DType.Float32, count);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Plan_HasTheBitsOfItsEquations_WhateverTheThreads(string name, DType dtype, int count)
    {
        Tensor[] operands = [Draw.Normal(1, [count]).To(dtype), Draw.Normal(2, [count]).To(dtype)];
        Graph graph = TracedFunction.Of(a => s_functions[name](a[0], a[1]), operands).Graph;
        Tensor[] expected = Simplification.Of(graph).Call(operands).Outputs;
        Tensor[] one = CpuBackend.WithThreads(1).Compile(graph).Run(operands), three = CpuBackend.WithThreads(3).Compile(graph).Run(operands);

        Assert.All(expected.Zip(one), pair => BackendAssert.SameBits(pair.First, pair.Second));
        Assert.All(one.Zip(three), pair => BackendAssert.SameBits(pair.First, pair.Second));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void NumbersAtTheEdge_ReachTheSum(double edge)
    {
        Tensor[] operands = [Tensor.Concat(0, Tensor.From([1.0, edge]), Draw.Normal(1, [30])), Draw.Normal(2, [32]).Abs()];

        foreach (DType dtype in (DType[])[DType.Float64, DType.Float32])
        {
            Tensor[] given = [.. operands.Select(x => x.To(dtype))];
            Graph graph = TracedFunction.Of(a => [(a[0].To(DType.Float64) * a[1].To(DType.Float64)).Sum()], given).Graph;

            Assert.Equal(edge, CpuBackend.Instance.Compile(graph).Run(given)[0].ToScalar());
        }
    }

    private static Tensor Squared(Tensor x) => x * x;

    private static Tensor[] Both(Tensor products) => [products, products.Sum()];
}
