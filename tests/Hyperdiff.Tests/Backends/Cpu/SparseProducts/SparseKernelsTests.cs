using Hyperdiff.Backends.Cpu;
using Hyperdiff.Backends.Reference;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Hyperdiff.Testing.Samples;

namespace Hyperdiff.Tests.Backends.Cpu.SparseProducts;

/// <summary>The kernels against the definitions, alone and in a plan, and the same bits for every number of threads.</summary>
public sealed class SparseKernelsTests
{
    private const int Rows = 700;
    private const int Columns = 300;
    private const int EntriesPerRow = 9;

    public static TheoryData<int, DType> Widths()
    {
        var data = new TheoryData<int, DType>();
        foreach (int width in (int[])[1, 2, 7, 16, 37])
        {
            data.Add(width, DType.Float64);
            data.Add(width, DType.Float32);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Products_AgreeWithTheirDefinitions_WhateverTheThreads(int width, DType dtype)
    {
        // every fifth row is empty, the others have a few more entries
        int[] pointers = [.. Enumerable.Range(0, Rows + 1).Select(row => (row - ((row + 4) / 5)) * EntriesPerRow)];
        int[] columns = [.. Enumerable.Range(0, pointers[^1]).Select(entry => entry * 7919 % Columns)];
        Tensor values = Draw.Normal(1, [columns.Length], dtype), x = Draw.Normal(2, [Columns, width], dtype), y = Draw.Normal(3, [Rows, width], dtype);
        (Tensor c, Tensor p) = (Tensor.From(columns), Tensor.From(pointers));

        AssertAgrees(new SparseMatMul(Columns), EntriesPerRow, values, c, p, x);
        AssertAgrees(new SparseMatMul(Columns, Transposed: true), Rows * EntriesPerRow / Columns * 4, values, c, p, y);
        AssertAgrees(new SampledMatMul(), width, y, c, p, x);
    }

    private static void AssertAgrees(Operation operation, int terms, params Tensor[] operands)
    {
        Graph graph = TracedFunction.Of(x => operation.Apply(x), operands).Graph;
        double[] expected = BackendAssert.Doubles(ReferenceBackend.Instance.Compile(graph).Run(operands)[0]);
        Tensor alone = CpuBackend.WithThreads(1).Execute(operation, operands)[0];
        Tensor[] others = [CpuBackend.WithThreads(3).Execute(operation, operands)[0], CpuBackend.WithThreads(3).Compile(graph).Run(operands)[0]];

        Assert.All(others, other => BackendAssert.SameBits(alone, other));

        // sums of at most so many products of normal numbers, each below 5² in size, in any order
        double tolerance = 25 * terms * terms * operands[0].DType.Epsilon();
        Assert.All(expected.Zip(BackendAssert.Doubles(alone)), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
