using Hyperdiff.Backends.Cpu;
using Hyperdiff.Backends.Cpu.Plans;
using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Backends.Cpu.Plans;

/// <summary>Elementwise work before and after a large product runs with it, piece by piece, with the bits of equation after equation.</summary>
public sealed class FusedProductTests
{
    // z, s and b are like the left factor and the result, which have one shape in those that update a state
    private static readonly Dictionary<string, Func<Tensor, Tensor, Tensor, Tensor, Tensor[]>> s_updates = new()
    {
        ["update"] = (z, s, w, b) => Update(z, (z * s).MatMul(w) + b),
        ["work before"] = (z, s, w, _) => [(z * s).Tanh().MatMul(w)],
        ["work after"] = (z, _, w, b) => [z.MatMul(w).Tanh() * b],
        ["what comes before is wanted as well"] = (z, s, w, b) => Also(z * s, w, b),
        ["what comes before is read after"] = (z, s, w, b) => ReadAfter((z * s).Tanh(), w, b),
        ["a sum of what comes before is read after"] = (z, s, w, b) => SumReadAfter(z * s, w, b),
        ["rows, columns and numbers"] = (z, s, w, b) => [((z * s[0]) + s.Max()).MatMul(w) - b.Sum(0)],
        ["folds of rows and columns of the result"] = (z, _, w, b) => Folds(z.MatMul(w) * b),
        ["the result twice, turned once"] = (z, _, w, b) => [z.MatMul(w).Transpose() + (z.MatMul(w) * b).Transpose()],
        ["products of products"] = (z, s, w, b) => [(((z * s).MatMul(w) + b).Sin() * s).MatMul(w) * b],
        ["both factors of what comes before"] = (z, s, _, b) => [(z * s).MatMul((z - s).Sin()) + b, (z * s).MatMul(z * s)],
    };

    // rows, inner size, columns
    private static readonly (int Rows, int Inner, int Columns)[] s_shapes =
        [(256, 784, 128), (784, 256, 128), (200, 100, 97), (1025, 300, 64), (300, 1024, 1024)];

    public static TheoryData<string, DType, int> Updates
    {
        get
        {
            var cases = new TheoryData<string, DType, int>();
            foreach (string name in s_updates.Keys)
            {
                foreach (int size in (int[])[128, 129, 200, 256, 257])
                {
                    cases.Add(name, DType.Float64, size);
                    cases.Add(name, DType.Float32, size);
                }
            }

            return cases;
        }
    }

    public static TheoryData<int, bool, bool, DType> Layers
    {
        get
        {
            var cases = new TheoryData<int, bool, bool, DType>();
            for (int shape = 0; shape < s_shapes.Length; shape++)
            {
                foreach (bool left in (bool[])[false, true])
                {
                    foreach (bool right in (bool[])[false, true])
                    {
                        cases.Add(shape, left, right, DType.Float64);
                        cases.Add(shape, left, right, DType.Float32);
                    }
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Updates))]
    public void Plan_HasTheBitsOfItsEquations_WhateverTheThreads(string name, DType dtype, int size)
    {
        Tensor[] operands = [.. Enumerable.Range(1, 4).Select(seed => (Draw.Normal(seed, [size, size]) / Math.Sqrt(size)).To(dtype))];

        AssertBits(TracedFunction.Of(a => s_updates[name](a[0], a[1], a[2], a[3]), operands).Graph, operands);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Layer_HasTheBitsOfItsEquations_WhateverTheThreads(int shape, bool leftTransposed, bool rightTransposed, DType dtype)
    {
        (int rows, int inner, int columns) = s_shapes[shape];
        Tensor[] operands =
        [
            Draw.Normal(1, leftTransposed ? [inner, rows] : [rows, inner]).To(dtype),
            Draw.Normal(2, rightTransposed ? [columns, inner] : [inner, columns]).To(dtype),
            Draw.Normal(3, [columns]).To(dtype),
        ];
        Graph graph = TracedFunction.Of(
            a =>
            {
                (Tensor x, Tensor w) = (a[0].Sin(), a[1]);
                return [((leftTransposed ? x.Transpose() : x).MatMul(rightTransposed ? w.Transpose() : w) + a[2]).Tanh()];
            },
            operands).Graph;

        AssertBits(graph, operands);
    }

    /// <summary>Sums over all elements and down columns have the order of the pieces, which is that of the elements where tiles are powers of two.</summary>
    [Theory]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float32)]
    public void Norm_HasTheBitsOfItsEquation(DType dtype)
    {
        Tensor[] operands = [.. Enumerable.Range(1, 3).Select(seed => Draw.Normal(seed, [256, 256]).To(dtype))];
        Graph graph = TracedFunction.Of(a => Residual(a[0], (a[0] * a[1]).MatMul(a[2])), operands).Graph;

        AssertBits(graph, operands);
        Assert.Single(Steps(graph), step => step is FusedProductStep<double> or FusedProductStep<float>);

        static Tensor[] Residual(Tensor z, Tensor next)
        {
            Tensor wide = (next - z).To(DType.Float64);
            return [next, (wide * wide).Sum()];
        }
    }

    [Fact]
    public void UpdateOfAState_IsOneStep()
    {
        Tensor[] operands = [.. Enumerable.Range(1, 4).Select(seed => Draw.Normal(seed, [256, 256]))];

        Assert.IsType<FusedProductStep<double>>(Assert.Single(Steps(TracedFunction.Of(a => [((a[0] * a[1]).MatMul(a[2]) + a[3]).Tanh()], operands).Graph)));
    }

    /// <summary>The panels of a factor that comes again are kept; another one, and the first one after it, are packed anew.</summary>
    [Fact]
    public void AnotherFactor_IsNotTakenForTheLastOne()
    {
        Tensor[] operands = [.. Enumerable.Range(1, 4).Select(seed => Draw.Normal(seed, [256, 256]))];
        Tensor[] other = [operands[0], operands[1], Draw.Normal(5, [256, 256]), operands[3]];
        IExecutable plan = CpuBackend.Instance.Compile(TracedFunction.Of(a => [((a[0] * a[1]).MatMul(a[2]) + a[3]).Tanh()], operands).Graph);
        Tensor first = plan.Run(operands)[0], second = plan.Run(other)[0];

        BackendAssert.SameBits(first, plan.Run(operands)[0]);
        BackendAssert.SameBits(first, plan.Run(operands)[0]);
        BackendAssert.SameBits(second, plan.Run(other)[0]);
        Assert.NotEqual(first.ToArray<double>()[0], second.ToArray<double>()[0]);
    }

    private static Step[] Steps(Graph graph) => ((Plan)CpuBackend.Instance.Compile(graph)).Steps.ToArray();

    private static void AssertBits(Graph graph, Tensor[] operands)
    {
        Tensor[] expected = Simplification.Of(Expansion.Of(graph)).Call(operands).Outputs;
        foreach (int threads in (int[])[1, 2, 3])
        {
            IExecutable plan = CpuBackend.WithThreads(threads).Compile(graph);

            // the third call has the panels of the second
            for (int call = 0; call < 3; call++)
            {
                Assert.All(expected.Zip(plan.Run(operands)), pair => BackendAssert.SameBits(pair.First, pair.Second));
            }
        }
    }

    private static Tensor[] Update(Tensor z, Tensor next) => [next, next - z, (next - z).Abs().Max()];

    private static Tensor[] Also(Tensor before, Tensor w, Tensor b) => [before.MatMul(w) + b, before];

    private static Tensor[] ReadAfter(Tensor before, Tensor w, Tensor b) => [(before.MatMul(w) + b) * before];

    private static Tensor[] SumReadAfter(Tensor before, Tensor w, Tensor b) => [(before.MatMul(w) + b) * before.Max()];

    private static Tensor[] Folds(Tensor result) => [result, result.Sum(1), result.Max(0), result.Max()];
}
