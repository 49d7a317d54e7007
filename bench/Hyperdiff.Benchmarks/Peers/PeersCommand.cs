using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Hyperdiff.Backends.Cpu;

namespace Hyperdiff.Benchmarks.Peers;

/// <summary><c>peers</c>: the problems and calls that other systems were timed on. A result that is not right is not timed.</summary>
internal static class PeersCommand
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var json = new Option<FileInfo?>("--json") { Description = "Where the report is written, as a JSON list." };
        var problem = new Option<string[]>(
            "--problem")
        {
            Description = $"A problem: {string.Join(", ", PeerProblems.Names)}; all of them if absent. May be given more than once.",
            DefaultValueFactory = _ => []
        };
        var called = new Option<string[]>("--call")
        {
            Description = "A call, fixed_point_K20 for one; all of them if absent. May be given more than once.",
            DefaultValueFactory = _ => []
        };
        var dtype = new Option<string>("--dtype") { Description = "f64 or f32.", DefaultValueFactory = _ => "f64" };
        dtype.AcceptOnlyFromAmong("f64", "f32");
        var threads = new Option<int>("--threads") { Description = "Threads of the backend.", DefaultValueFactory = _ => 2 };
        var seconds = new Option<double>("--seconds") { Description = "How long each call is timed.", DefaultValueFactory = _ => 1 };
        var command = new Command("peers", "Times the problems of other systems' tables, each result checked first against an exact answer.") { json, problem,
            called, dtype, threads, seconds };
        command.SetAction(parsed =>
        {
            // read by the backend at its first use
            Environment.SetEnvironmentVariable("HYPERDIFF_THREADS", parsed.GetValue(threads).ToString(CultureInfo.InvariantCulture));
            Console.WriteLine($"backend: {CpuBackend.Instance.Name}");
            DType element = parsed.GetValue(dtype) == "f32" ? DType.Float32 : DType.Float64;
            string[] names = parsed.GetValue(problem) is { Length: > 0 } asked ? asked : [.. PeerProblems.Names];
            string[] calls = parsed.GetValue(called) ?? [];
            var rows = new List<PeerRow>();
            foreach (string name in names)
            {
                foreach (PeerCall call in PeerProblems.Of(name, element).Calls.Where(call => calls.Length == 0 || calls.Contains(call.Name)))
                {
                    PeerRow row = Row(name, call, element, parsed.GetValue(threads), TimeSpan.FromSeconds(parsed.GetValue(seconds)));
                    rows.Add(row);
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{row.Problem,-14} {row.Call,-20} {row.MedianMicroseconds,12:F1} µs  min {row.MinMicroseconds,12:F1} µs  {row.AllocatedBytes,10} B  "
                            + $"error {row.RelativeError:E1}  handover {row.HandoverNanoseconds,4:F0} ns"
                            + $"{(row.MedianMicroseconds is null ? "  NOT TIMED: wrong" : string.Empty)}"));
                }
            }

            if (parsed.GetValue(json) is { } file)
            {
                File.WriteAllText(file.FullName, JsonSerializer.Serialize(rows, s_indented));
            }

            return rows.Exists(row => row.MedianMicroseconds is null) ? 1 : 0;
        });
        return command;
    }

    private static PeerRow Row(string problem, PeerCall call, DType dtype, int threads, TimeSpan duration)
    {
        double error = call.RelativeError();
        Timing? timing = error <= (dtype == DType.Float64 ? 1e-10 : 1e-4) ? Timing.Of(call.Run, duration) : null;
        return new PeerRow(problem, call.Name, dtype.Name(), threads, timing?.MedianMicroseconds, timing?.MinMicroseconds, timing?.Runs ?? 0,
            timing?.AllocatedBytes, error, Handover.Nanoseconds());
    }
}
