using Hyperdiff.Backends.Cpu;
using Hyperdiff.Backends.Cpu.Plans;
using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Backends.Cpu.Plans;

public sealed class PlanTests
{
    private static readonly CpuBackend s_backend = CpuBackend.Instance;

    [Fact]
    public void Run_Repeatedly_AllocatesItsResultsAndNothingElse()
    {
        Tensor[] operands = [Draw.Normal(1, [64, 32]), Draw.Normal(2, [32, 8]), Draw.Normal(3, [8]), Draw.Normal(4, [64, 1])];
        IExecutable plan = Compile(
            x =>
            {
                Tensor z = (x[0].MatMul(x[1]) + x[2]).Tanh();
                Tensor s = (z * x[3]).Sum(0);
                return [x[0].Transpose().MatMul(z - s), s.Reshape(2, 4), (z * z).Sum()];
            },
            operands);
        for (int i = 0; i < 50; i++)
        {
            plan.Run(operands);
        }

        // the array of results; per result a tensor, its storage, and its elements behind the header of an array
        long tensor = Allocated(() => Tensor.FromHost(new HostArray(operands[3].Type, operands[3].Read().Data)));
        long expected = Allocated(() => _ = new Tensor[3])
            + (3 * tensor) + Allocated(() => _ = new double[32 * 8]) + Allocated(() => _ = new double[8]) + Allocated(() => _ = new double[1]);
        Assert.Equal(expected, Allocated(() => plan.Run(operands)));
    }

    [Fact]
    public void Run_Again_LeavesEarlierResultsAlone()
    {
        Tensor[] first = [Draw.Normal(1, [40, 30])], second = [Draw.Normal(2, [40, 30])];
        IExecutable plan = Compile(x => [x[0] + 1, (x[0] + 1).Reshape(-1), (x[0] * 2).Sum(0), x[0].Transpose()], first);
        Tensor[] kept = plan.Run(first);
        double[][] before = [.. kept.Select(tensor => tensor.ToArray<double>())];

        plan.Run(second);

        Assert.Equal(before, kept.Select(tensor => tensor.ToArray<double>()));
    }

    [Fact]
    public void Run_OnOperandsThatAreOutputsOfARun_LeavesThemAlone()
    {
        Tensor[] operands = [Draw.Normal(1, [100])];
        IExecutable plan = Compile(x => [(x[0] + 1).Tanh() * 3 - x[0]], operands);
        Tensor[] first = plan.Run(operands);
        double[] input = operands[0].ToArray<double>(), middle = first[0].ToArray<double>();

        plan.Run(first);

        Assert.Equal(input, operands[0].ToArray<double>());
        Assert.Equal(middle, first[0].ToArray<double>());
    }

    [Fact]
    public void Run_WhoseOutputsAreInputs_HandsThemThrough()
    {
        Tensor[] operands = [Draw.Normal(1, [2, 3]), Tensor.Full([4], 0.5)];
        Tensor[] results = Compile(x => [x[0], x[0].Reshape(6), x[1], x[1].Reshape(2, 2)], operands).Run(operands);

        Assert.Same(operands[0], results[0]);
        Assert.Same(operands[0].Storage, results[1].Storage);
        Assert.Same(operands[1], results[2]);
        Assert.Equal(new Shape(2, 2), results[3].Shape);
        Assert.Equal([0.5, 0.5, 0.5, 0.5], results[3].ToArray<double>());
    }

    [Fact]
    public void Run_OnUniformOperands_ReadsThem()
    {
        Tensor[] operands = [Tensor.Full([3, 4], 2), Tensor.Full([4], 3)];
        Tensor[] results = Compile(x => [x[0] * x[1], x[0].Sum(), x[0].MatMul(x[1])], operands).Run(operands);

        Assert.All(results[0].ToArray<double>(), value => Assert.Equal(6, value));
        Assert.Equal(24, results[1].ToScalar());
        Assert.Equal([24.0, 24, 24], results[2].ToArray<double>());
    }

    [Fact]
    public void Run_OnManyThreads_GivesEachItsOwnResult()
    {
        Tensor[] shape = [Draw.Normal(0, [60, 50]), Draw.Normal(0, [50, 50])];
        IExecutable plan = Compile(x => [(x[0].MatMul(x[1]).Tanh() + x[0]).MatMul(x[1].Transpose()), (x[0] * x[0]).Sum(1)], shape);
        Tensor[][] operands = [.. Enumerable.Range(0, 8).Select(i => new[] { Draw.Normal(i, [60, 50]), Draw.Normal(100 + i, [50, 50]) })];
        Tensor[][] expected = [.. operands.Select(each => plan.Run(each))];

        Parallel.For(0, 400, i =>
        {
            Tensor[] results = plan.Run(operands[i % 8]);
            for (int r = 0; r < results.Length; r++)
            {
                Assert.Equal(expected[i % 8][r].ToArray<double>(), results[r].ToArray<double>());
            }
        });
    }

    [Fact]
    public void WhatIsDoneWithWhereAResultIsWritten_LiesInItsMemory()
    {
        const int Count = 5000;
        Tensor[] operands = [Draw.Normal(1, [Count])];

        // powers and squares are done with where the shares are written; of two results either may take what is read for both, and only one does
        Func<Tensor[], Tensor[]> shares = x => [x[0].Exp() / x[0].Exp().Sum()], both = x =>
        {
            Tensor powers = x[0].Exp(), sum = powers.Sum(), squares = (powers / sum).Square();
            return [squares / squares.Sum(), powers * sum];
        };
        foreach (Func<Tensor[], Tensor[]> function in (Func<Tensor[], Tensor[]>[])[shares, both])
        {
            Graph graph = TracedFunction.Of(x => function(x), operands).Graph;
            var plan = (Plan)s_backend.Compile(graph);
            Tensor[] expected = graph.Call(operands).Outputs, first = plan.Run(operands);
            Tensor[] into = [.. graph.Outputs.Select(output => s_backend.Allocate(output.Type))];
            plan.RunInto(operands, into);
            Tensor[] last = plan.Run([Draw.Normal(2, [Count])]);

            Assert.InRange(plan.ArenaBytes, 0, sizeof(double) * Count / 2);
            Assert.All(expected.Zip(first), pair => BackendAssert.SameBits(pair.First, pair.Second));
            Assert.All(expected.Zip(into), pair => BackendAssert.SameBits(pair.First, pair.Second));
            Assert.All(first.Zip(last), pair => Assert.NotEqual(pair.First.ToArray<double>(), pair.Second.ToArray<double>()));
        }
    }

    [Theory]
    [MemberData(nameof(CpuBackendTests.Names), MemberType = typeof(CpuBackendTests))]
    public void Run_WithAnyNumberOfThreads_HasTheSameBits(string name)
    {
        (Graph graph, Tensor[] operands) = GraphCorpus.Trace(name, DType.Float64);
        AssertSameBits(graph, operands);
    }

    [Fact]
    public void Run_OfLargeWorkWithAnyNumberOfThreads_HasTheSameBits()
    {
        Tensor[] operands = [Draw.Normal(1, [3000, 130]), Draw.Normal(2, [130]), Draw.Normal(3, [3000, 1]), Draw.Normal(4, [130, 40])];
        Graph graph = TracedFunction.Of(
            x =>
            {
                Tensor z = ((x[0] * x[1]) + x[2]).Tanh();
                Tensor p = x[0].MatMul(x[3]).Tanh();
                return [z, z.Sum(), z.Sum(0), z.Sum(1), x[0].Transpose().MatMul(p), (x[0].MatMul(x[1]).Tanh()).MatMul(x[0])];
            },
            operands).Graph;
        AssertSameBits(graph, operands);
        BackendAssert.AgreesWithReference(s_backend, graph, operands);
    }

    [Fact]
    public void Compile_OfAChain_KeepsItInRegistersAndReusesMemory()
    {
        Tensor[] operands = [Draw.Normal(1, [100_000]), Draw.Normal(2, [100_000])];
        var plan = (Plan)Compile(x => [((x[0] * 2 + x[1]).Tanh() * x[1] - 1).Sum()], operands);

        Assert.Equal(1, plan.Steps.Length);
        Assert.True(plan.ArenaBytes < 10_000, $"the arena takes {plan.ArenaBytes} bytes");
    }

    [Theory]
    [InlineData("one pass", 1)]
    [InlineData("one pass, wide", 1)]
    [InlineData("one pass, factor first", 1)]
    [InlineData("one pass, rows", 1)]
    [InlineData("one pass with what else is read", 1)]
    [InlineData("one pass with two products", 1)]
    [InlineData("one pass, long and narrow", 1)]
    [InlineData("one pass, nothing between", 1)]
    [InlineData("one pass, nothing between, factor first", 1)]
    [InlineData("one pass, nothing between, read", 1)]
    [InlineData("logistic gradient", 1)]
    [InlineData("no one pass: waits for a sum", 0)]
    [InlineData("no one pass: long rows", 0)]
    public void Compile_OfAMatrixAndItsTranspose_ReadsItOnce(string name, int expected)
    {
        var plan = (Plan)s_backend.Compile(GraphCorpus.Trace(name, DType.Float64).Graph);

        Assert.Equal(expected, plan.Steps.ToArray().Count(step => step is OnePassStep<double> or NormalProductStep<double>));
        Assert.Equal(expected == 0, plan.Steps.ToArray().Any(step => step is ProductStep<double>));
    }

    [Fact]
    public void Compile_OfALogisticJacobianProduct_ReadsTheDataOnce()
    {
        Tensor[] point = [Draw.Normal(1, [8]), Draw.Normal(2, [50, 8]), Draw.Normal(3, [50])];
        Graph step = TracedFunction.Of(x => [x[0] - (0.1 * x[1].Transpose().MatMul(x[1].MatMul(x[0]).Sigmoid() - x[2]) / 50) - (0.01 * x[0])], point).Graph;
        LinearMap map = LinearMap.At(step, point, [0]);

        foreach (Graph graph in (Graph[])[map.Linearized.Tangent, map.Linearized.Transposed.Graph])
        {
            var plan = (Plan)s_backend.Compile(graph);
            Assert.Contains(plan.Steps.ToArray(), step => step is NormalProductStep<double>);
            Assert.DoesNotContain(plan.Steps.ToArray(), step => step is ProductStep<double>);
        }
    }

    private static void AssertSameBits(Graph graph, Tensor[] operands)
    {
        Tensor[] expected = CpuBackend.WithThreads(1, "managed").Compile(graph).Run(operands);
        foreach (int threads in (int[])[2, 3, 8])
        {
            Tensor[] actual = CpuBackend.WithThreads(threads, "managed").Compile(graph).Run(operands);
            for (int i = 0; i < expected.Length; i++)
            {
                BackendAssert.SameBits(expected[i], actual[i]);
            }
        }
    }

    private static IExecutable Compile(Func<Tensor[], Tensor[]> function, Tensor[] operands) => s_backend.Compile(TracedFunction.Of(function, operands).Graph);

    private static long Allocated(Action action)
    {
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
