using Hyperdiff.Graphs;
using Hyperdiff.Testing;
using Hyperdiff.Testing.Samples;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Backends.Conformance;

/// <summary>The backend that stands in for a GPU: what it refuses, and what it counts.</summary>
public sealed class GuardedBackendTests
{
    private static readonly Tensor s_long = Tensor.Arange(100).To(DType.Float64);

    [Fact]
    public void AReadBeyondTheAllowance_Throws_UnlessItIsAllowed()
    {
        var guarded = new GuardedBackend();
        Tensor x = s_long.To(guarded) * 2;
        string message = Assert.Throws<InvalidOperationException>(() => x.ToArray<double>()).Message;

        Assert.Contains("reads 100 elements of type float64 [100]", message, StringComparison.Ordinal);
        Assert.Contains("guarded.Allow()", message, StringComparison.Ordinal);
        Assert.Equal(64, x[..64].ToArray<double>().Length);
        using (guarded.Allow())
        {
            Assert.Equal(198, x.ToArray<double>()[^1]);
        }

        Assert.Throws<InvalidOperationException>(() => x.ToString());
        Assert.Throws<InvalidOperationException>(() => x[..65].To(Hyperdiff.Backends.Cpu.CpuBackend.Instance));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GuardedBackend(-1));
    }

    [Fact]
    public void ADerivative_StaysThere_UntilItIsRead()
    {
        var guarded = new GuardedBackend();
        Tensor x = Tensor.Arange(1000).To(DType.Float64).To(guarded);
        Tensor g = Diff.Grad(a => (a * a.Exp()).Sum(), 0.001 * x);
        using (guarded.Allow())
        {
            Console.WriteLine($"{g} after {guarded.Counts}");
        }

        Assert.Equal((0, 1), (guarded.Counts.Downloads, guarded.Counts.Uploads));
    }

    [Fact]
    public void AReadWithinAnother_IsStillAllowedAfterIt()
    {
        var guarded = new GuardedBackend(0);
        Tensor x = s_long.To(guarded);
        using (guarded.Allow())
        {
            IDisposable inner = guarded.Allow();
            inner.Dispose();
            inner.Dispose();
            Assert.Equal(100, x.ToArray<double>().Length);
        }

        Assert.Throws<InvalidOperationException>(() => x.Sum().ToScalar());
    }

    [Fact]
    public void Counts_AreThoseOfTransfersAndLaunches()
    {
        var guarded = new GuardedBackend();
        Tensor x = s_long.To(guarded);
        Tensor y = (x * x).Sum() + 1;
        _ = y.ToScalar();
        _ = x[..7].ToArray<double>();

        // a product, a sum, an addition, a slice; and the repeated 1
        Assert.Equal(new GuardedCounts(5, 2, 8, 7, 1, 100, guarded.Counts.LiveBytes, guarded.Counts.PeakBytes), guarded.Counts);
        Assert.Contains("5 launches; 2 reads of 8 elements, at most 7 at once; 1 uploads of 100 elements", guarded.Counts.ToString(), StringComparison.Ordinal);
        guarded.ResetCounts();
        Assert.Equal(new GuardedCounts(0, 0, 0, 0, 0, 0, guarded.Counts.LiveBytes, guarded.Counts.LiveBytes), guarded.Counts);
        GC.KeepAlive((x, y));
    }

    [Fact]
    public void AHostTensorBesideADevices_IsUploadedOnce()
    {
        var guarded = new GuardedBackend();
        Tensor x = s_long.To(guarded), host = Tensor.Arange(100).To(DType.Float64);
        for (int i = 0; i < 5; i++)
        {
            x += host;
        }

        Assert.Equal(2, guarded.Counts.Uploads);
    }

    [Fact]
    public void MemoryThatWasReleased_Throws()
    {
        var guarded = new GuardedBackend();
        Tensor x = s_long.To(guarded) + 1;
        var storage = (BackendStorage)x.Storage;
        BackendStorage part = storage.Part(new TensorType(DType.Float64, [2]), 3);
        storage.Release();
        storage.Release();

        Assert.Contains("after they were released", Assert.Throws<InvalidOperationException>(() => x.Sum()).Message, StringComparison.Ordinal);
        Assert.Equal([4.0, 5], new Tensor(new TensorType(DType.Float64, [2]), part).ToArray<double>());
        part.Release();
        Assert.Throws<InvalidOperationException>(() => part.Read(new TensorType(DType.Float64, [2])));
    }

    [Theory]
    [InlineData(DType.Float64, double.NaN)]
    [InlineData(DType.Float32, double.NaN)]
    [InlineData(DType.Int32, unchecked((int)0xCCCCCCCC))]
    [InlineData(DType.Bool, 1)]
    public void MemoryThatIsAllocated_HoldsNothingUseful(DType dtype, double poison)
    {
        var guarded = new GuardedBackend();
        TensorType type = new(dtype, [3]);

        Assert.Equal([poison, poison, poison], guarded.Allocate(type).To(Hyperdiff.Backends.Cpu.CpuBackend.Instance).To(DType.Float64).ToArray<double>());
        Assert.Equal([0, 0, 0], guarded.AllocateZeros(type).To(Hyperdiff.Backends.Cpu.CpuBackend.Instance).To(DType.Float64).ToArray<double>());
    }

    [Fact]
    public void ATensorThatIsNoAllocatedMemory_IsNotOverwritten()
    {
        var guarded = new GuardedBackend();
        Tensor x = s_long.To(guarded);

        Assert.Throws<InvalidOperationException>(() => ((BackendStorage)x.Storage).Write(x.Type, x));
    }

    [Fact]
    public void APlan_GivesBackAllButItsResults_AtOnce()
    {
        var guarded = new GuardedBackend();
        Tensor x = s_long.To(guarded);
        Graph graph = TracedFunction.Of(a => [((a[0] * 2).Tanh() * a[0]).Exp().Sum(), a[0].Sin().Cos()], [s_long]).Graph;
        IExecutable plan = guarded.Compile(graph);
        Tensor[] first = plan.Run([x]);
        long before = guarded.Counts.LiveBytes;
        Tensor[] second = plan.Run([x]);

        Assert.Equal(8 * 101, guarded.Counts.LiveBytes - before);
        plan.RunInto([x], [guarded.Allocate(first[0].Type), guarded.Allocate(first[1].Type)]);
        Assert.Equal(2 * 8 * 101, guarded.Counts.LiveBytes - before);
        GC.KeepAlive((first, second));
    }

    /// <summary>Whether what a plan says it takes is what it takes: of graphs as people write them, and of every primitive that is an operation.</summary>
    [Fact]
    public void APlan_TakesWhatItSays_AtItsPeak()
    {
        (string Name, Graph Graph, Tensor[] Operands)[] graphs =
        [
            .. GraphCorpus.All.Keys.Select(name => (name, GraphCorpus.Trace(name, DType.Float64).Graph, GraphCorpus.Trace(name, DType.Float64).Operands)),
            .. PrimitiveCases.All.Where(item => item.Active.Count > 0 && item.Primitive is Operation or ScanLoop or WhileLoop or BackwardLoop)
                .Select(item => (item.Name, Graph: PrimitiveConformance.Graph(item.Primitive, item.At(DType.Float64).Select(operand => operand.Type)), item))
                .Select(one => (one.Name, Derivatives.Reverse(one.Graph, one.item.Active), one.item.At(DType.Float64))),
        ];
        List<string> wrong = [];
        foreach ((string name, Graph graph, Tensor[] operands) in graphs)
        {
            var guarded = new GuardedBackend();
            Tensor[] all = [.. operands, .. graph.Inputs[operands.Length..].Select(input => Tensor.Ones(input.Type.Shape, input.Type.DType))];
            Tensor[] placed = [.. all.Select(operand => operand.To(guarded))];
            IExecutable plan = guarded.Compile(graph);

            // constants are made by the first run, and kept
            Tensor[] first = plan.Run(placed);
            guarded.ResetCounts();
            long before = guarded.Counts.LiveBytes;
            Tensor[] results = plan.Run(placed);

            // a loop has the iterates before and after a step, and what it stacks of both
            long taken = guarded.Counts.PeakBytes - before, said = plan.PeakBytes;
            if (taken > (graph.Equations.Any(equation => equation.Primitive.Bodies.Any()) ? 2 * said : said))
            {
                wrong.Add($"{name}: {taken} bytes, and not {said}");
            }

            GC.KeepAlive((first, results));
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    [Fact]
    public void APlanThatFails_GivesBackWhatItComputed()
    {
        var guarded = new GuardedBackend();
        Tensor x = Tensor.From(new double[,] { { 1, 2 }, { 2, 1 } }).To(guarded);
        Graph graph = TracedFunction.Of(a => [Linalg.Cholesky(a[0] * 3) + a[0].Exp()], [x.Type]).Graph;
        IExecutable plan = guarded.Compile(graph);
        Assert.ThrowsAny<Exception>(() => plan.Run([x]));
        long before = guarded.Counts.LiveBytes;
        Assert.ThrowsAny<Exception>(() => plan.Run([x]));

        Assert.Equal(before, guarded.Counts.LiveBytes);
    }

    [Fact]
    public void Solves_LeaveNothingBehind()
    {
        var guarded = new GuardedBackend();
        LinearSolver solver = LinearSolver.ConjugateGradient(1e-10);
        (LinearOperator matrix, Tensor b) = LinearSolverConformance.System(solver, DType.Float64, tensor => tensor.To(guarded));
        long Settled()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return guarded.Counts.LiveBytes;
        }

        solver.Solve(matrix, [b]).EnsureConverged();
        long before = Settled();
        for (int i = 0; i < 20; i++)
        {
            solver.Solve(matrix, [b]).EnsureConverged();
        }

        Assert.Equal(before, Settled());
        GC.KeepAlive((matrix, b));
    }
}
