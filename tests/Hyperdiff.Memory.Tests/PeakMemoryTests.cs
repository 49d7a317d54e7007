using Hyperdiff.Graphs;

namespace Hyperdiff.Memory.Tests;

/// <summary>Memory that is predicted against memory that is live, looked at from within the steps of a loop.</summary>
public sealed class PeakMemoryTests
{
    private const int Size = 256 * 1024;
    private const int Steps = 24;
    private const int Runs = 6;

    // of the number of elements in a state
    public static TheoryData<string, Func<int, Checkpointing>> Choices => new()
    {
        { "all", _ => Checkpointing.None },
        { "every 5th", _ => Checkpointing.Every(5) },
        { "4 states", size => Checkpointing.Budget(4 * size * sizeof(double)) },
    };

    [Theory]
    [MemberData(nameof(Choices))]
    public void Prediction_IsRightWithinATenth(string name, Func<int, Checkpointing> checkpointing)
    {
        var probe = new LiveMemory();
        Tensor loss(Tensor x) => Loop.Iterate(Steps, c => probe.Of((c * c.Sin()) + x), x, checkpointing: checkpointing(Size)).Sum();
        Tensor at = Tensor.From(Enumerable.Range(0, Size).Select(i => 0.3 + (1e-6 * i)).ToArray());

        // what others left behind goes: the least of some runs is what the loop takes, above the least at rest
        long predicted = Diff.PeakMemory(loss, at), peak = long.MaxValue, rest = long.MaxValue;
        for (int run = 0; run < Runs && (run < 2 || peak - rest > 1.1 * predicted); run++)
        {
            rest = Math.Min(rest, GC.GetTotalMemory(forceFullCollection: true));
            probe.Forget();
            Diff.Grad(loss, at);
            peak = Math.Min(peak, probe.Peak);
        }

        long live = peak - rest;
        Assert.True(Math.Abs(predicted - live) <= 0.1 * live, $"{name}: {predicted} bytes predicted, {live} live");
    }

    /// <summary>The identity, which looks at how much memory is live whenever it is computed.</summary>
    private sealed record LiveMemory : Primitive
    {
        private readonly long[] _peak = [0];

        public long Peak => _peak[0];

        public void Forget() => _peak[0] = 0;

        public Tensor Of(Tensor x) => Apply(x)[0];

        public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => operands.ToArray();

        public override Tensor[] Execute(IBackend backend, ReadOnlySpan<Tensor> operands)
        {
            // large results are live until their finalizer has given them to the pool, which on a busy machine is late, and the next collection takes them
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            _peak[0] = Math.Max(_peak[0], GC.GetTotalMemory(forceFullCollection: false));
            HostArray copy = HostArray.Allocate(operands[0].Type);
            operands[0].Read().CopyTo(copy);
            return [Tensor.FromHost(copy)];
        }

        public override Tensor[] Batched(ReadOnlySpan<BatchOperand> operands, int size) => throw new NotSupportedException("a probe of memory is not batched");

        public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents) => [Of(tangents[0]!)];

        public override Tensor?[] Transpose(ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands) => [Of(cotangents[0]!)];
    }
}
