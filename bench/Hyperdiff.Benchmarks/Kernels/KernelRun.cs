using System.Diagnostics;
using Hyperdiff.Graphs;

namespace Hyperdiff.Benchmarks.Kernels;

/// <summary>Times one kernel in one mode on both sides.</summary>
internal static class KernelRun
{
    private const double MillisecondsPerTurn = 25;
    private const int WarmTurns = 4;

    // the runtime compiles a method once more 100 ms after it was called often
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(130);

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
        Graph graph = TracedFunction.Of(x => Compute(kernel, mode, x[..count], x[count..]), all).Graph;
        Tensor[] results = graph.Call(all).Outputs;

        // what is given back as it came is no work, on either side
        graph = new Graph(graph.Inputs, graph.Equations, [.. graph.Outputs.Except(graph.Inputs)], []);
        var run = new PooledRun(graph, []);
        (double, double, string?) error = Compared(kernel, mode, dtype, peer, operands, directions, results);
        double floor = machine.Floor(graph.Inputs.Concat(graph.Outputs).Sum(value => (double)value.Type.Bytes),
            kernel.Work * (mode == "value" ? 1 : 1 + count));
        double ours = double.PositiveInfinity, theirs = ours, eager = ours;
        for (int turn = 0; turn < WarmTurns; turn++)
        {
            OfOurs();
            OfEager();
            Thread.Sleep(s_pause);
        }

        for (int round = 0; round < counts.Rounds; round++)
        {
            ours = Math.Min(ours, OfOurs());
            theirs = error.Item3 is null ? Math.Min(theirs, peer!.Time(MillisecondsPerTurn)) : theirs;
            eager = Math.Min(eager, OfEager());
        }

        return new KernelRow(kernel.Name, mode, ours, mode == "value" ? eager : null, error.Item3 is null ? theirs : null, floor, error);

        double OfOurs() => Least(() => run.Release(run.Run("kernels", all)), counts.Threads);

        double OfEager() => mode == "value" ? Least(() => kernel.Run(operands), counts.Threads) : 0;
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

    private static (double Value, double Limit, string? Absence) Compared(
        KernelCase kernel, string mode, DType dtype, KernelPeer? peer, Tensor[] operands, Tensor[] directions, Tensor[] results)
    {
        double limit = dtype == DType.Float64 ? 1e-10 : 1e-4;
        if (peer is null)
        {
            return (0, limit, "no peer");
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("hyperdiff-kernels");
        try
        {
            string written = Path.Combine(folder.FullName, "results.npy");
            return peer.Prepare(kernel.Peer, mode, Written("operand", operands), Written("direction", directions), written) is { } problem
                ? (0, limit, problem)
                : (Difference(results, NumpyFile.Read(written)), limit, null);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        string[] Written(string name, Tensor[] tensors) => [.. tensors.Select((tensor, i) =>
        {
            string path = Path.Combine(folder.FullName, $"{name}{i}.npy");
            NumpyFile.Write(path, tensor);
            return path;
        })];
    }

    private static double Difference(Tensor[] ours, Tensor theirs)
    {
        int start = 0;
        double greatest = 0;
        foreach (Tensor part in ours)
        {
            Tensor expected = theirs[start..(start + part.Count)], difference = part.To(DType.Float64).Flatten() - expected;
            greatest = Math.Max(greatest, difference.Abs().Max().ToScalar() / Math.Max(expected.Abs().Max().ToScalar(), Math.BitIncrement(0.0)));
            start += part.Count;
        }

        return start == theirs.Count ? greatest : double.NaN;
    }

    private static double Least(Action call, int threads)
    {
        double least = double.PositiveInfinity, started = Now(threads);
        double after;
        do
        {
            double before = Now(threads);
            call();
            after = Now(threads);
            least = Math.Min(least, after - before);
        }
        while (after - started < MillisecondsPerTurn);
        return least;
    }

    // of one thread its processor time, in which neighbors do not count that take the processor away
    private static double Now(int threads) =>
        threads == 1 ? Environment.CpuUsage.TotalTime.TotalMilliseconds : Stopwatch.GetElapsedTime(0).TotalMilliseconds;
}
