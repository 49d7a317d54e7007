using Hyperdiff.Backends.Cpu;
using Hyperdiff.Graphs;
using Hyperdiff.Testing;

namespace Hyperdiff.Tests.Graphs;

/// <summary>Work is done where the operands lie; host memory goes with any backend.</summary>
public sealed class PlacementTests
{
    private static readonly Tensor s_matrix = Tensor.From(new double[,] { { 4, 1 }, { 1, 3 } });
    private static readonly RandomKey s_key = RandomKey.FromSeed(3);
    private static readonly Tensor s_vector = Tensor.From([1.0, -2.0]);

    [Fact]
    public void ATensor_SaysWhereItLies()
    {
        var device = new GuardedBackend();
        Tensor there = s_vector.To(device);

        Assert.Same(CpuBackend.Instance, s_vector.Backend);
        Assert.Same(device, there.Backend);
        Assert.Same(there, there.To(device));
        Assert.Same(s_vector, s_vector.To(CpuBackend.Instance));
        Assert.Equal(s_vector.ToArray<double>(), there.To(CpuBackend.Instance).ToArray<double>());
    }

    [Fact]
    public void Zeros_LieOnTheHostUntilTheyArePlaced()
    {
        var device = new GuardedBackend();

        Assert.Same(CpuBackend.Instance, Tensor.Zeros([3]).Backend);
        Assert.Same(device, Tensor.Zeros([3]).To(device).Backend);
    }

    [Fact]
    public void HostTensorsAndNumbers_GoWithADevice()
    {
        var device = new GuardedBackend();
        Tensor result = (s_matrix.MatMul(s_vector.To(device)) * 2) + Tensor.Ones([2]);

        Assert.Same(device, result.Backend);
        Assert.Equal([5.0, -9.0], result.To(CpuBackend.Instance).ToArray<double>());
    }

    [Fact]
    public void AHostTensor_CrossesOnce()
    {
        var device = new GuardedBackend();
        Tensor there = s_vector.To(device);
        device.ResetCounts();
        for (int i = 0; i < 5; i++)
        {
            there = Diff.Grad(x => (s_matrix.MatMul(x) * x).Sum(), there);
        }

        Assert.Equal(s_matrix.Count, device.Counts.UploadedElements);
        Assert.Equal(0, device.Counts.Downloads);
    }

    [Fact]
    public void AHostTensor_CrossesOnce_WhateverItsShape()
    {
        var device = new GuardedBackend();
        Tensor zero = Tensor.Zeros([]).To(device), first = s_matrix.Sum() + zero;
        device.ResetCounts();
        Tensor sum = zero + s_matrix.Reshape(4)[1] + (zero * s_matrix.Reshape(4)).Sum() + (zero * s_matrix.Reshape(1, 4)).Sum();

        Assert.Equal(1.0, sum.To(CpuBackend.Instance).ToScalar());
        Assert.InRange(device.Counts.UploadedElements, 0, s_matrix.Count + 1);
        Assert.Same(device, first.Backend);
    }

    [Fact]
    public void AHostSequence_CrossesOnce_NotRowByRow()
    {
        var device = new GuardedBackend();
        Tensor rows = s_key.Normal([50, 2]), start = s_vector.To(device);
        device.ResetCounts();
        for (int i = 0; i < 3; i++)
        {
            (Tensor end, _) = Loop.Scan((Tensor carry, Tensor row) => ((0.5 * carry) + row, carry.Sum()), start, rows);
            Tensor gradient = Diff.Grad(
                x => Loop.Scan((Tensor carry, Tensor row) => ((0.5 * carry).Sin() + row, carry.Sum()), x, rows).Carry.Sum(), start);
            Assert.All([end, gradient], tensor => Assert.Same(device, tensor.Backend));
        }

        // the rows, and what is made of them for one derivative
        Assert.Equal(rows.Count, device.Counts.UploadedElements);
    }

    [Fact]
    public void WhatALoopOnTheHostReturned_IsKeptLikeAnyHostTensor()
    {
        var device = new GuardedBackend();
        (Tensor end, Tensor stacked) = Loop.Scan((Tensor carry, Tensor row) => (carry + row, carry), s_vector, s_matrix);
        Tensor zero = Tensor.Zeros([2]).To(device);
        device.ResetCounts();
        for (int i = 0; i < 3; i++)
        {
            _ = zero + end + (zero + stacked).Sum(0);
        }

        Assert.Equal(end.Count + stacked.Count, device.Counts.UploadedElements);
    }

    [Fact]
    public void MemoryThatIsWrittenToAgain_IsNotKept()
    {
        var device = new GuardedBackend();
        Tensor memory = CpuBackend.Instance.Allocate(s_vector.Type), zero = Tensor.Zeros([2]).To(device);
        memory.Overwrite(s_vector);
        double[] first = (memory + zero).To(CpuBackend.Instance).ToArray<double>();
        memory.Overwrite(-s_vector);

        Assert.Equal([1.0, -2.0], first);
        Assert.Equal([-1.0, 2.0], (memory + zero).To(CpuBackend.Instance).ToArray<double>());
    }

    [Fact]
    public void TensorsOfTwoDevices_AreRefusedByName()
    {
        (GuardedBackend one, GuardedBackend two) = (new(1), new(2));
        Tensor here = s_vector.To(one), there = s_vector.To(two);
        Exception[] refused =
        [
            Assert.Throws<InvalidOperationException>(() => here + there),
            Assert.Throws<InvalidOperationException>(() => Diff.Grad(x => (x * there).Sum(), here)),
            Assert.Throws<InvalidOperationException>(() => LinearSolver.Gmres().Solve(
                LinearOperator.From((Tensor v) => s_matrix.To(one).MatMul(v), s_vector.Type), [there])),
            Assert.Throws<InvalidOperationException>(() => here.To(two)),
        ];

        Assert.All(refused, exception =>
        {
            Assert.Contains(one.Name, exception.Message, StringComparison.Ordinal);
            Assert.Contains(two.Name, exception.Message, StringComparison.Ordinal);
            Assert.Contains(".To(", exception.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void InATracedFunction_ToIsTheIdentity_AndThereIsNoBackend()
    {
        var device = new GuardedBackend();

        Assert.Equal([2.0, -4.0], Diff.Grad(x => x.To(device).Square().Sum(), s_vector).ToArray<double>());
        Assert.Throws<InvalidOperationException>(() => Diff.Grad(x => x.Backend.Name.Length * x.Sum(), s_vector));
    }

    [Fact]
    public void AStructure_IsPlacedAsAWhole()
    {
        var device = new GuardedBackend();
        Tree<(Tensor, (Tensor, Tensor))> tree = Tree.Tuple(Tree.Tensor, Tree.Tuple(Tree.Tensor, Tree.Tensor));
        (Tensor a, (Tensor b, Tensor c)) = Tree.Place((s_matrix, (s_vector, Tensor.Arange(3))), device, tree);

        Assert.All([a, b, c], tensor => Assert.Same(device, tensor.Backend));
        Assert.Equal([0, 1, 2], c.To(CpuBackend.Instance).ToArray<int>());
    }

    [Fact]
    public void APlan_TellsWhatItLeavesToTheHost()
    {
        var device = new GuardedBackend(lacks: primitive => primitive.Name == "Exp");
        Graph graph = TracedFunction.Of(x => [(x[0].Exp() + x[0].Exp().Sin().Exp()).Sum()], [s_vector.Type]).Graph;

        Assert.Contains("Exp: on the host", device.Compile(graph).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("on the host", new GuardedBackend().Compile(graph).ToString(), StringComparison.Ordinal);
        Assert.Equal(string.Empty, new GuardedBackend().Describe(graph));
    }

    [Fact]
    public void ResultsOfAPlan_AreNotItsOperands()
    {
        var device = new GuardedBackend();
        Graph graph = TracedFunction.Of(x => [x[0], x[0].Reshape(1, 2)], [s_vector.Type]).Graph;
        Tensor memory = device.Allocate(s_vector.Type);
        memory.Overwrite(s_vector);
        Tensor[] results = graph.Run(device, [memory]).Outputs;
        memory.Overwrite(-s_vector);

        Assert.All(results, result => Assert.Equal([1.0, -2.0], result.To(CpuBackend.Instance).ToArray<double>()));
    }
}
