using System.CommandLine;
using System.Globalization;
using Hyperdiff.Backends.Cpu;
using Hyperdiff.Benchmarks.Jobs;

namespace Hyperdiff.Benchmarks.Kernels;

/// <summary><c>kernels</c>: single operations, their tangents and transposes, beside PyTorch, in turns. A result that is not the peer's gets no time.</summary>
internal static class KernelsCommand
{
    private static readonly string[] s_modes = ["value", "tangent", "transpose"];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var names = new Option<string[]>("--kernel")
        {
            Description = "One of the table; all if absent. May be given more than once.",
            DefaultValueFactory = _ => []
        };
        names.AcceptOnlyFromAmong([.. KernelCase.All.Select(kernel => kernel.Name)]);
        var modes = new Option<string[]>("--mode") { Description = $"{string.Join(", ", s_modes)}; all if absent.", DefaultValueFactory = _ => [] };
        modes.AcceptOnlyFromAmong(s_modes);
        var dtypes = new Option<string[]>("--dtype") { Description = "f64 or f32; both if absent.", DefaultValueFactory = _ => [] };
        dtypes.AcceptOnlyFromAmong("f64", "f32");
        var rounds = new Option<int>("--rounds") { Description = "How often both sides are timed in turns.", DefaultValueFactory = _ => 5 };
        var threads = new Option<int>("--threads") { Description = "Threads of each side.", DefaultValueFactory = _ => 1 };
        var python = new Option<string>("--python") { Description = "The Python that has PyTorch.", DefaultValueFactory = _ => "python3" };
        var command = new Command("kernels", "Times single operations and their derivatives beside PyTorch and the machine's floor (Linux).")
            { names, modes, dtypes, rounds, threads, python };
        command.SetAction(parsed =>
        {
            // read by the backend at its first use
            Environment.SetEnvironmentVariable("HYPERDIFF_THREADS", parsed.GetValue(threads).ToString(CultureInfo.InvariantCulture));
            Console.WriteLine($"backend: {CpuBackend.Instance.Name}");
            string? absence = PeerProcess.Absence(parsed.GetValue(python)!, "plain");
            Console.WriteLine(
                absence ?? $"beside PyTorch, its allocator told to keep memory; milliseconds, the least of {parsed.GetValue(rounds)} rounds in turns");
            using KernelPeer? peer = absence is null ? new KernelPeer(parsed.GetValue(python)!, "kernels.py", parsed.GetValue(threads)) : null;
            string[] kernels = parsed.GetValue(names)!, ways = parsed.GetValue(modes)!, types = parsed.GetValue(dtypes)!;
            int wrong = 0;
            foreach (DType dtype in (DType[])[DType.Float64, DType.Float32])
            {
                if (types.Length > 0 && !types.Contains(dtype == DType.Float64 ? "f64" : "f32"))
                {
                    continue;
                }

                var machine = KernelMachine.Measure(dtype);
                Console.WriteLine($"\n{dtype.Name()}: {machine}\n\n{KernelRow.Head}");
                foreach (KernelCase kernel in KernelCase.All.Where(kernel => kernels.Length == 0 || kernels.Contains(kernel.Name)))
                {
                    foreach (string mode in s_modes.Where(mode => (ways.Length == 0 || ways.Contains(mode)) && (kernel.IsDifferentiable || mode == s_modes[0])))
                    {
                        KernelRow row = KernelRun.Of(kernel, mode, dtype, peer, machine, (parsed.GetValue(rounds), parsed.GetValue(threads)));
                        Console.WriteLine(row);
                        wrong += row.IsWrong ? 1 : 0;
                    }
                }
            }

            return wrong;
        });
        return command;
    }
}
