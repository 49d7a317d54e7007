using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace Hyperdiff.Benchmarks.Peers;

/// <summary><c>memory</c>: the peak of the resident memory during one reverse pass, above what the process held before.</summary>
internal static class MemoryCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var problem = new Option<string>("--problem") { Description = "A problem of the peers command.", DefaultValueFactory = _ => "rnn" };
        var steps = new Option<int>("--steps") { Description = "T, the number of steps.", DefaultValueFactory = _ => 1000 };
        var megabytes = new Option<double?>("--budget") { Description = "The MiB of states that are kept; all of them if absent." };
        var command = new Command("memory", "Measures the peak memory of a reverse pass (Linux).") { problem, steps, megabytes };
        command.SetAction(parsed =>
        {
            PeerProblem one = PeerProblems.Of(parsed.GetValue(problem)!, DType.Float64);
            int count = parsed.GetValue(steps);
            Checkpointing checkpointing = parsed.GetValue(megabytes) is { } budget ? Checkpointing.Budget((long)(budget * (1 << 20))) : Checkpointing.None;

            // compiled, and everything that is kept for good allocated, by a short run
            one.Reverse(Hypergradient.Reverse(Math.Min(10, count), checkpointing: checkpointing));
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            double before = ResidentMemory.Now();
            ResidentMemory.ForgetPeak();
            var clock = Stopwatch.StartNew();
            object result = one.Reverse(Hypergradient.Reverse(count, checkpointing: checkpointing));
            TimeSpan elapsed = clock.Elapsed;
            double peak = ResidentMemory.Peak();
            GC.KeepAlive(result);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{one.Name}, T = {count}, {checkpointing}: peak {peak - before:F1} MiB "
                    + $"above {before:F1} MiB, {elapsed.TotalSeconds:F2} s"));
        });
        return command;
    }
}
