using Hyperdiff.Backends.Cpu;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Backends.Reference;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Hyperdiff.Testing.Samples;

namespace Hyperdiff.Tests.Backends.Cpu.Plans;

/// <summary>Work that moves elements, large enough that threads share it, against its definition.</summary>
public sealed class MovingStepTests
{
    public static TheoryData<string> Names => [.. s_operations.Keys];

    private static readonly Dictionary<string, (Operation Operation, Shape Shape)> s_operations = new()
    {
        ["windows"] = (new Windows([3, 3], [14, 12], [1, 1], [1, 1]), [40, 3, 16, 14]),
        ["windows with strides"] = (new Windows([3, 2], [7, 5], [2, 3], [1, 2]), [400, 16, 16]),
        ["overlap"] = (new OverlapAdd([16, 14], [1, 1], [1, 1]), [40, 3, 3, 3, 14, 12]),
        ["overlap with strides"] = (new OverlapAdd([16, 16], [2, 3], [1, 2]), [400, 3, 2, 7, 5]),
        ["overlap along the first axis"] = (new OverlapAdd([90, 90], [1, 1], [1, 1]), [7, 6, 80, 80]),
        ["padding"] = (new Pad([60, 45, 37], [1, 2, 36], [1, 1, -1]), [50, 40, 36]),
        ["permutation"] = (new Permute([2, 0, 3, 1]), [20, 30, 9, 17]),
        ["stretch"] = (new BroadcastTo([40, 30, 20, 10]), [40, 1, 20, 1]),
        ["stretch in the middle"] = (new BroadcastTo([200, 1000, 2]), [200, 1, 2]),
        ["stretch in the middle of many"] = (new BroadcastTo([30, 11, 3000]), [30, 1, 3000]),
        ["stretch at both ends"] = (new BroadcastTo([50, 300, 3]), [1, 300, 1]),
        ["stretch at both ends and between"] = (new BroadcastTo([6, 50, 7, 90, 3]), [50, 1, 90, 1]),
        ["stretch of few"] = (new BroadcastTo([70_000, 2, 3]), [70_000, 1, 3]),
        ["a matrix turned"] = (new Permute([1, 0]), [1024, 512]),
        ["a matrix of odd sizes turned"] = (new Permute([1, 0]), [1003, 317]),
        ["narrow matrices turned"] = (new Permute([0, 2, 1]), [30, 7, 3000]),
        ["small matrices turned"] = (new Permute([0, 2, 1]), [9000, 4, 4]),
        ["small blocks turned"] = (new Permute([2, 0, 3, 1]), [3, 5000, 4, 2]),
        ["a column of few"] = (new Slice([0, 13], [70_000, 12], [1, -1]), [70_000, 15]),
        ["rows backwards"] = (new Slice([69_999, 2], [70_000, 3], [-1, 2]), [70_000, 9]),
        ["windows of few"] = (new Windows([3], [20_000], [1], [1]), [4, 20_002]),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void LargeWork_IsItsDefinition_WhateverTheThreads(string name)
    {
        (Operation operation, Shape shape) = s_operations[name];
        foreach (DType dtype in (DType[])[DType.Float64, DType.Float32])
        {
            Tensor x = Draw.Normal(1, shape).To(dtype);
            Graph graph = TracedFunction.Of(operands => operation.Apply(operands), [x]).Graph;
            Tensor expected = ReferenceBackend.Instance.Compile(graph).Run([x])[0];
            Tensor one = CpuBackend.WithThreads(1).Compile(graph).Run([x])[0], three = CpuBackend.WithThreads(3).Compile(graph).Run([x])[0];

            // the definition of sums, too, adds these few numbers in this order; it carries sums of float in double
            if (dtype == DType.Float64 || operation is not OverlapAdd)
            {
                BackendAssert.SameBits(expected, one);
            }

            BackendAssert.SameBits(one, three);
        }
    }

    [Theory]
    [InlineData(60_000, 3)]
    [InlineData(900, 784)]
    public void SlicesAdded_AreTheirDefinition_HoweverTheyAreCut(int rows, int columns)
    {
        Tensor[] operands = [Draw.Normal(1, [rows, columns]), (Draw.Normal(2, [rows]).Abs() * 30).Floor().To(DType.Int32)];
        Graph graph = TracedFunction.Of(x => [x[0].ScatterAdd(x[1], 200)], operands).Graph;
        Tensor expected = ReferenceBackend.Instance.Compile(graph).Run(operands)[0];
        int most = 0;
        using var pool = new WorkerPool((_, tiles) =>
        {
            most = Math.Max(most, tiles);
            return Enumerable.Range(0, tiles).Reverse();
        });

        BackendAssert.SameBits(expected, CpuBackend.With(pool, "managed").Compile(graph).Run(operands)[0]);
        Assert.Equal(columns > 64, most > 1);
    }

    [Theory]
    [InlineData(0, 40_000, 3, 7)]
    [InlineData(1, 40_000, 1, 2)]
    [InlineData(1, 40_000, 20, 3)]
    [InlineData(2, 900, 40, 1)]
    public void Concatenation_IsItsDefinition_WhateverTheThreads(int axis, int rows, int columns, int depth)
    {
        Tensor[] parts = [Draw.Normal(1, [rows, columns, depth]), Draw.Normal(2, [rows, columns, depth]), Draw.Normal(3, [rows, columns, depth])];
        foreach (DType dtype in (DType[])[DType.Float64, DType.Float32])
        {
            Tensor[] operands = [.. parts.Select(part => part.To(dtype))];
            Graph graph = TracedFunction.Of(x => new Concat(axis).Apply(x), operands).Graph;
            Tensor expected = ReferenceBackend.Instance.Compile(graph).Run(operands)[0];

            BackendAssert.SameBits(expected, CpuBackend.WithThreads(1).Compile(graph).Run(operands)[0]);
            BackendAssert.SameBits(expected, CpuBackend.WithThreads(3).Compile(graph).Run(operands)[0]);
            BackendAssert.SameBits(expected, Tensor.Concat(axis, operands));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(40)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    public void EverySecondElement_IsTheDefinition_WhateverTheLength(int length)
    {
        foreach (DType dtype in (DType[])[DType.Float64, DType.Float32, DType.Int32, DType.Bool])
        {
            // also from the second one on, where there is none behind the last
            Tensor x = (Draw.Normal(1, [length + 1]) * 8).To(dtype);
            Tensor[] operands = [x];
            Graph graph = TracedFunction.Of(
                o => [o[0][TensorIndex.Every(2, ..)], o[0][TensorIndex.Every(2, 1..)], o[0][TensorIndex.Every(3, ..)], o[0].Flip(0)[TensorIndex.Every(2, ..)]],
                operands).Graph;
            Tensor[] expected = ReferenceBackend.Instance.Compile(graph).Run(operands), actual = CpuBackend.Instance.Compile(graph).Run(operands);
            Assert.All(expected.Zip(actual), pair => BackendAssert.SameBits(pair.First, pair.Second));
        }
    }

    [Theory]
    [InlineData(8, 128)]
    [InlineData(16, 64)]
    [InlineData(17, 60)]
    [InlineData(8, 127)]
    [InlineData(8, 113)]
    [InlineData(25, 40)]
    public void RowsOfATile_AreFoldedByHalves(int rows, int columns)
    {
        // one tile, in which the lower half of the rows goes onto the upper, and a row too many with the first
        Tensor x = Draw.Normal(1, [rows, columns]);
        foreach (DType dtype in (DType[])[DType.Float64, DType.Float32])
        {
            Tensor given = x.To(dtype), expected = given, greatest = CpuBackend.Instance.Compile(Folds([given])).Run([given])[1];
            for (int count = rows; count > 1; count /= 2)
            {
                int half = count / 2;
                Tensor folded = expected[..half] + expected[half..(2 * half)];
                expected = count % 2 == 0 ? folded : Tensor.Concat(0, folded[..1] + expected[(2 * half)..(2 * half + 1)], folded[1..]);
            }

            BackendAssert.SameBits(expected[0], CpuBackend.Instance.Compile(Folds([given])).Run([given])[0]);
            BackendAssert.SameBits(ReferenceBackend.Instance.Compile(Folds([given])).Run([given])[1], greatest);
        }

        static Graph Folds(Tensor[] operands) => TracedFunction.Of(o => [o[0].Sum(0), o[0].Max(0)], operands).Graph;
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(17)]
    public void RowsOfFew_AreSpreadAndSummed_AsTheDefinitionDoes(int columns)
    {
        // small integers, whose sums are exact in any order; 1 more, so that no sum is −0
        Tensor x = (Draw.Normal(1, [1000, columns]) * 8).Round(), column = (Draw.Normal(2, [1000, 1]) * 8).Round();
        foreach (DType dtype in (DType[])[DType.Float64, DType.Float32])
        {
            Tensor[] operands = [x.To(dtype), column.To(dtype)];
            Graph graph = TracedFunction.Of(
                o => [(o[0] + 1) * o[1].Square(), (o[0] * o[1]).Sum(1) + 1, Tensor.Where(o[1] > 0, o[0] + 1, o[0] * 2)], operands).Graph;
            Tensor[] expected = ReferenceBackend.Instance.Compile(graph).Run(operands), actual = CpuBackend.WithThreads(3).Compile(graph).Run(operands);
            for (int i = 0; i < expected.Length; i++)
            {
                BackendAssert.SameBits(expected[i], actual[i]);
            }
        }
    }

    [Theory]
    [InlineData(17)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1000)]
    [InlineData(4096)]
    [InlineData(4097)]
    public void AnAxisInTheMiddle_IsFolded_WhateverItsSize(int size)
    {
        static double[] Numbers(Tensor tensor) => tensor.To(DType.Float64).ToArray<double>();

        // small integers, whose sums are exact in any order
        Tensor x = (Draw.Normal(1, [7, size, 9]) * 8).Round() + 0.0;
        foreach (DType dtype in (DType[])[DType.Float64, DType.Float32])
        {
            Tensor[] operands = [x.To(dtype)];
            Graph graph = TracedFunction.Of(o => [o[0].Sum(1), o[0].Max(1), o[0][.., .., ..3].Sum(1)], operands).Graph;
            Tensor[] expected = ReferenceBackend.Instance.Compile(graph).Run(operands), actual = CpuBackend.WithThreads(3).Compile(graph).Run(operands);

            Assert.Equal(expected.Select(Numbers), actual.Select(Numbers));
        }
    }
}
