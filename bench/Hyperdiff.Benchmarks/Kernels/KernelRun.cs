using Hyperdiff.Graphs;

namespace Hyperdiff.Benchmarks.Kernels;

/// <summary>Times one kernel in one mode on both sides.</summary>
internal static class KernelRun
{
    private const double MillisecondsPerTurn = 25;
    private const int WarmTurns = 4;

    /// <summary>The line of the table.</summary>
    public static KernelRow Of(KernelCase kernel, string mode, DType dtype, KernelPeer? peer, KernelMachine machine, (int Rounds, int Threads) counts)
    {
        Tensor[] operands = [.. kernel.Operands.Select((operand, i) => operand.Numbers(dtype, seed: i))];
        Tensor value = kernel.Run(operands);
        Tensor[] directions = mode switch
        {
            "value" => [],
            "tangent" => [.. operands.Select((operand, i) => new KernelOperand("normal", operand.Shape).Numbers(dtype, seed: i + 10))],
            _ => [new KernelOperand("normal", value.Shape).Numbers(dtype, seed: 20)],
        };
        Tensor[] all = [.. operands, .. directions];
        int count = operands.Length;
        TracedFunction traced = TracedFunction.Of(x => Compute(kernel, mode, x[..count], x[count..]), all);
        Graph graph = traced.Graph;
        Tensor[] results = graph.Call([.. all, .. traced.Captures]).Outputs;

        // what is given back as it came is no work, on either side
        graph = new Graph(graph.Inputs, graph.Equations, [.. graph.Outputs.Except(graph.Inputs)], []);
        var run = new PooledRun(graph, traced.Captures);
        (double difference, string? absence) = PeerTurns.Compare(peer, (kernel.Peer, mode), (operands, directions), results);
        double floor = machine.Floor(graph.Inputs.Concat(graph.Outputs).Sum(value => (double)value.Type.Bytes),
            kernel.Work * (mode == "value" ? 1 : 1 + count));
        double ours = double.PositiveInfinity, theirs = ours, eager = ours;
        PeerTurns.Warm(WarmTurns, () =>
        {
            OfOurs();
            OfEager();
        });

        for (int round = 0; round < counts.Rounds; round++)
        {
            ours = Math.Min(ours, OfOurs());
            theirs = absence is null ? Math.Min(theirs, peer!.Time(MillisecondsPerTurn)) : theirs;
            eager = Math.Min(eager, OfEager());
        }

        return new KernelRow(kernel.Name, mode, ours, mode == "value" ? eager : null, absence is null ? theirs : null, floor,
            (difference, dtype == DType.Float64 ? 1e-10 : 1e-4, absence));

        double OfOurs() => PeerTurns.Least(() => run.Release(run.Run("kernels", all)), MillisecondsPerTurn, counts.Threads);

        double OfEager() => mode == "value" ? PeerTurns.Least(() => kernel.Run(operands).Read(), MillisecondsPerTurn, counts.Threads) : 0;
    }

    private static Tensor[] Compute(KernelCase kernel, string mode, Tensor[] operands, Tensor[] directions)
    {
        if (mode == "value")
        {
            return [kernel.Run(operands)];
        }

        if (mode == "tangent")
        {
            (Tensor value, Tensor tangent) = Diff.Jvp(kernel.Run, operands, directions);
            return [value, tangent];
        }

        (Tensor result, Tensor[] cotangents) = Diff.Vjp(kernel.Run, operands, directions[0]);
        return [result, .. cotangents];
    }
}
