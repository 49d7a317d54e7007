using Hyperdiff.Backends.Cpu;
using Hyperdiff.Backends.Cpu.Plans;
using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Backends.Cpu.Plans;

/// <summary>What folds rows and goes on with the result runs tile by tile where a tile holds whole rows, with the bits of equation after equation.</summary>
public sealed class RowChainTests
{
    private const int Rows = 301;

    private static readonly Dictionary<string, Func<Tensor, Tensor>> s_functions = new()
    {
        ["softmax"] = x => x.Softmax(1),
        ["log softmax"] = x => x.LogSoftmax(1),
        ["normalization"] = Normalized,
        ["normalization and sums of columns"] = x => Normalized(x) * Normalized(x).Sum(0),
        ["deviations from the greatest, and what is between"] = x => x - (x.Max(1, keepAxis: true) * 0.5).Tanh(),
        ["folds of rows and of columns"] = x => (x * x.Sum(1, keepAxis: true)) - x.Sum(0),
    };

    public static TheoryData<string, DType, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, DType, int>();
            foreach (string name in s_functions.Keys)
            {
                foreach (int columns in (int[])[1, 2, 3, 17, 128, 1000, 1024, 1025])
                {
                    cases.Add(name, DType.Float64, columns);
                    cases.Add(name, DType.Float32, columns);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Plan_HasTheBitsOfItsEquations_WhateverTheThreads(string name, DType dtype, int columns)
    {
        Tensor[] operands = [Draw.Normal(1, [Rows, columns]).To(dtype), Draw.Normal(2, [Rows, columns]).To(dtype)];
        foreach (Graph graph in (Graph[])[Value(name, operands), Tangent(name, operands), Cotangent(name, operands)])
        {
            Tensor[] given = operands[..graph.Inputs.Length];
            Tensor[] expected = Simplification.Of(Expansion.Of(graph)).Call(given).Outputs;
            Tensor[] one = CpuBackend.WithThreads(1).Compile(graph).Run(given), three = CpuBackend.WithThreads(3).Compile(graph).Run(given);
            Assert.All(expected.Zip(one), pair => BackendAssert.SameBits(pair.First, pair.Second));
            Assert.All(one.Zip(three), pair => BackendAssert.SameBits(pair.First, pair.Second));
        }
    }

    [Theory]
    [InlineData("softmax")]
    [InlineData("log softmax")]
    [InlineData("normalization")]
    public void Rows_InATile_AreOneStep(string name)
    {
        Tensor[] operands = [Draw.Normal(1, [Rows, 128]), Draw.Normal(2, [Rows, 128])];

        Assert.All(
            (Graph[])[Value(name, operands), Tangent(name, operands), Cotangent(name, operands)],
            graph => Assert.IsType<TileStep>(Assert.Single(((Plan)CpuBackend.Instance.Compile(graph)).Steps.ToArray())));
    }

    [Theory]
    [InlineData(double.NaN, 9)]
    [InlineData(double.PositiveInfinity, 9)]
    [InlineData(double.NegativeInfinity, 9)]
    [InlineData(-0.0, 9)]
    [InlineData(double.NaN, 43)]
    [InlineData(double.PositiveInfinity, 43)]
    [InlineData(double.NegativeInfinity, 43)]
    [InlineData(-0.0, 43)]
    public void NumbersAtTheEdge_StayInTheirRow(double edge, int columns)
    {
        Tensor number = Tensor.Scalar(edge).Reshape(1, 1), normal = Draw.Normal(1, [Rows, columns]);
        Tensor x = Tensor.Concat(0, normal[..7], Tensor.Concat(1, normal[7..8, ..(columns - 1)], number), normal[8..]);
        foreach (string name in s_functions.Keys.Where(name => !name.Contains("columns", StringComparison.Ordinal)))
        {
            Tensor[] whole = CpuBackend.Instance.Compile(Value(name, [x])).Run([x]);
            Tensor alone = x[7..8], rest = x[8..];
            BackendAssert.SameBits(CpuBackend.Instance.Compile(Value(name, [alone])).Run([alone])[0], whole[0][7..8]);
            BackendAssert.SameBits(CpuBackend.Instance.Compile(Value(name, [rest])).Run([rest])[0], whole[0][8..]);
        }
    }

    [Theory]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float32)]
    public void TiesAndNumbersAtTheEdge_HaveTheBitsOfTheirEquations(DType dtype)
    {
        // rows of ties, of all kinds of edges in both operands, and of a share that is 1
        double[] edges = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, 0, 3, 3, 1e300, 700];
        Tensor x = Draw.Normal(1, [Rows, 37]), v = Draw.Normal(2, [Rows, 37]);
        Tensor[] given = [At(x, 0).To(dtype), At(v, 5).To(dtype)];
        foreach (string name in (string[])["softmax", "log softmax"])
        {
            foreach (Graph graph in (Graph[])[Value(name, given), Tangent(name, given), Cotangent(name, given)])
            {
                Tensor[] operands = given[..graph.Inputs.Length], expected = Simplification.Of(Expansion.Of(graph)).Call(operands).Outputs;
                Assert.All(
                    expected.Zip(CpuBackend.WithThreads(2).Compile(graph).Run(operands)), pair => BackendAssert.SameBits(pair.First, pair.Second));
            }
        }

        Tensor At(Tensor normal, int first)
        {
            double[] numbers = normal.ToArray<double>();
            for (int row = 0; row < Rows; row++)
            {
                // every third row has one of them, every other two
                numbers[(row * 37) + (row * 7 % 37)] = row % 3 == 0 ? edges[(row + first) % edges.Length] : 2;
                numbers[(row * 37) + (row * 11 % 37)] = row % 2 == 0 ? edges[(row * 5 + first) % edges.Length] : 2;
            }

            return Tensor.From<double>(numbers, normal.Shape);
        }
    }

    private static Tensor Normalized(Tensor x)
    {
        Tensor centered = x - x.Mean(1, keepAxis: true);
        return centered / (centered.Square().Mean(1, keepAxis: true) + 1e-5).Sqrt();
    }

    private static Graph Value(string name, Tensor[] x) => TracedFunction.Of(a => [s_functions[name](a[0])], x.AsSpan(..1)).Graph;

    private static Graph Tangent(string name, Tensor[] x) => TracedFunction.Of(
        a =>
        {
            (Tensor value, Tensor tangent) = Diff.Jvp(s_functions[name], a[0], a[1]);
            return [value, tangent];
        }, x).Graph;

    private static Graph Cotangent(string name, Tensor[] x) => TracedFunction.Of(
        a =>
        {
            (Tensor value, Tensor cotangent) = Diff.Vjp(s_functions[name], a[0], a[1]);
            return [value, cotangent];
        }, x).Graph;
}
